import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import { executeRun, loadParts, type OwnParts } from 'grokscope';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerBench } from '../testing/server-bench.js';
import { readOrder } from './read-order.js';

let folder: string;
let file: string;
let other: string;
let own: OwnParts;

const partsFile = (name: string, kind: string): string => {
  const path = join(folder, name);
  writeFileSync(
    path,
    `import { defineTask, integer } from 'grokscope';
export const task = defineTask({ kind: '${kind}', parameters: { n: integer(2, 50) }, teaches: 'The greater of two.',
  words: () => ({ title: 'max(a, b)' }), pairs: ({ n }) => ({ n, answer: (a, b) => Math.max(a, b) }),
  presets: [{ name: '${kind}', teaches: 'The greater of two.', spec: { name: '${kind}', task: { kind: '${kind}', n: 7 } } }] });\n`,
  );
  return path;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grokscope-own-'));
  const root = fileURLToPath(new URL('../../../../', import.meta.url));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'libs/grokscope'), join(folder, 'node_modules', 'grokscope'), 'junction');
  file = partsFile('parts.mjs', 'greater');
  other = partsFile('other.mjs', 'another');
  const loaded = await loadParts([file])();
  if (E.isLeft(loaded)) throw loaded.left;
  own = loaded.right;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = { dModel: 8, nHeads: 1, dHead: 8, dMlp: 8 };
const messages = (result: ReturnType<typeof readOrder>): readonly string[] =>
  E.isLeft(result) && result.left._tag === 'BadInput'
    ? result.left.errors.map(({ path, message }) => `${path} ${message}`)
    : [];

describe('a request to a server with files of parts', () => {
  it('is made of them, and its run names them', () => {
    const order = readOrder({ task: { kind: 'greater', n: 7 } }, undefined, own);
    expect(order).toMatchObject({ right: { use: [file], task: { kind: 'greater', n: 7 } } });
    expect(readOrder({ preset: 'greater' }, undefined, own)).toMatchObject({ right: { use: [file] } });
    expect(readOrder({ task: { kind: 'greater', n: 7 }, use: [file] }, undefined, own)).toEqual(order);
  });

  it('names no others', () => {
    const request = { task: { kind: 'greater', n: 7 }, use: [file, other] };
    expect(messages(readOrder(request, undefined, own))).toEqual([
      expect.stringMatching(/^use must be nothing, or files that this server was started with/),
    ]);
    expect(messages(readOrder({ preset: 'quick-grok', use: [other] }, undefined, own))).toHaveLength(1);
    expect(messages(readOrder({ task: { kind: 'rot13' }, use: [file] }))).toEqual([
      'use must be nothing: this server was started without --use',
    ]);
  });
});

describe('a server with files of parts', () => {
  it('lists their presets and tasks', async () => {
    const bench = await ServerBench.open({ own });
    const presets = (await bench.get('/api/presets')).json<{ name: string; spec: unknown }[]>();
    expect(presets.at(-1)).toMatchObject({ name: 'greater', spec: { task: { kind: 'greater', n: 7 } } });
    const tasks = (await bench.get('/api/tasks')).json<{ kind: string }[]>();
    expect(tasks.map(({ kind }) => kind)).toContain('greater');
    expect((await bench.get('/api/runs?task=greater')).statusCode).toBe(200);
    await bench.close();
  });

  it('analyses and goes on with runs made of them, and leaves runs made of others alone', async () => {
    const bench = await ServerBench.open({ own });
    const run = async (runId: string, use: string, kind: string): Promise<void> => {
      const spec = { use: [use], task: { kind, n: 7 }, model: small, training: { steps: 2 } };
      const options = { runsDir: bench.runsDir, runId, engine: 'wasm', threads: 1 } as const;
      const ended = await executeRun(spec as never, options)();
      if (E.isLeft(ended)) throw new Error(JSON.stringify(ended.left));
    };
    await run('known', file, 'greater');
    await run('strange', other, 'another');
    const analysis = await bench.get('/api/runs/known/analysis/newest');
    expect([analysis.statusCode, analysis.json<{ step: number }>().step]).toEqual([200, 2]);
    const refused = await bench.get('/api/runs/strange/analysis/newest');
    expect(refused.json()).toMatchObject({ error: { code: 'partsNotUsed' } });
    const resumed = await bench.post('/api/runs/strange/commands', { command: 'resume' });
    expect([resumed.statusCode, resumed.json()]).toMatchObject([403, { error: { code: 'partsNotUsed' } }]);
    await bench.close();
  });
});
