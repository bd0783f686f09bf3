import { mkdtempSync, rmSync, symlinkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweep } from '../index.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grokscope-sweep-parts-'));
  mkdirSync(join(folder, 'node_modules'));
  const library = fileURLToPath(new URL('../../', import.meta.url));
  symlinkSync(library, join(folder, 'node_modules', 'grokscope'), 'junction');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a sweep runs parts of a file in every worker, and goes on with the same file or where that is given up', async () => {
  const file = join(folder, 'parts.mjs');
  writeFileSync(
    file,
    `import { defineTask, integer } from 'grokscope';
export const greater = defineTask({ kind: 'greater', parameters: { n: integer(2, 50) }, teaches: 'The greater of two.',
  words: () => ({ title: 'max(a, b)' }), pairs: ({ n }) => ({ n, answer: (a, b) => Math.max(a, b) }) });\n`,
  );
  const base = {
    task: { kind: 'greater', n: 7 },
    model: { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 },
    training: { steps: 4 },
    observe: { metricsEvery: 2, progressEvery: 4, checkpointEvery: 4 },
  };
  const spec = { name: 'own', use: [file], base, vary: { 'task.n': [5, 7] } } as const;
  const runsDir = join(folder, 'runs');
  const ended = (how: object) =>
    lastValueFrom(
      sweep(
        spec,
        { runsDir, workers: 1, ...how },
        { estimate: async () => ({ totalMs: 1, measured: 1 }) },
      ).pipe(toArray()),
    ).then((events) => events.at(-1));
  expect(await ended({})).toMatchObject({ type: 'sweepEnded', finished: 2, failed: 0 });
  expect(await ended({ resume: true })).toMatchObject({ finished: 2, failed: 0 });
  writeFileSync(file, `${readFileSync(file, 'utf8')}// another\n`);
  await expect(ended({ resume: true })).rejects.toMatchObject({
    errors: [{ path: 'use.0', value: file, message: expect.stringMatching(/has changed since/) as string }],
  });
  expect(await ended({ resume: true, allowChangedParts: true })).toMatchObject({ finished: 2 });
}, 60_000);
