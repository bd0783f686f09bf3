import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// Running to the end takes half a minute; the tests of the page wait for it (e2e/live.spec.ts).
it('the example shows a network that knows its own pairs while it guesses at the others', async () => {
  const file = fileURLToPath(new URL('watch-it-grok.mjs', import.meta.url));
  const example = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  example.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  const seen: number[][] = [];
  for await (const line of createInterface({ input: example.stdout })) {
    const told = /^step (\d+): knows ([\d.]+) % of its pairs, ([\d.]+) % of the others$/.exec(line);
    expect(told, line).not.toBeNull();
    seen.push(told!.slice(1).map(Number));
    if (seen.at(-1)![1] > 99) break;
  }
  example.kill();
  await once(example, 'exit');
  expect(complaints).toBe('');
  const [first, last] = [seen[0], seen.at(-1)!];
  expect(first[1]).toBeLessThan(5);
  expect(last[1]).toBeGreaterThan(99);
  expect(last[2]).toBeLessThan(30);
  expect(last[0]).toBe(10 * (seen.length - 1));
});
