import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the example shows a network that knows its own pairs first and the others at the end', () => {
  const file = fileURLToPath(new URL('watch-it-grok.mjs', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  const shares = stdout
    .trim()
    .split('\n')
    .map((line) => [...line.matchAll(/([\d.]+) %/g)].map((match) => Number(match[1])));
  const memorised = shares.find(([own]) => own > 99)!;
  expect(memorised[1]).toBeLessThan(30);
  expect(shares.at(-1)![1]).toBeGreaterThanOrEqual(99);
}, 600_000);
