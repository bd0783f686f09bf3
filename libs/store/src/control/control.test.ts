import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeStoredSpec } from '@grokscope/schema';
import { clearControl, createRunFolder, sendCommand, takeCommands } from '../index.js';
import type { RunWriter } from '../index.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

const runId = 'tiny-1';
const spec = right(decodeStoredSpec({ name: 'tiny', task: { kind: 'modularAddition', p: 5 } }));

let runsDir: string;
let writer: RunWriter;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-control-'));
  const record = {
    runId,
    name: 'tiny',
    createdAt: '2026-01-02T03:04:05.000Z',
    spec,
    engine: 'wasm',
    threads: 1,
  };
  writer = right(await createRunFolder(runsDir, record)());
});
afterEach(async () => {
  await writer.close()();
  await rm(runsDir, { recursive: true, force: true });
});

const folder = (): string => join(runsDir, runId);
const send = (command: Parameters<typeof sendCommand>[2]) => sendCommand(runsDir, runId, command)();

describe('commands left for a run', () => {
  it('are taken in order, each once', async () => {
    expect(await takeCommands(folder())).toEqual([]);
    right(await send({ command: 'pause' }));
    right(await send({ command: 'step', n: 3 }));
    right(await send({ command: 'resume' }));
    expect(await takeCommands(folder())).toEqual([
      { value: { command: 'pause' } },
      { value: { command: 'step', n: 3 } },
      { value: { command: 'resume' } },
    ]);
    expect(await takeCommands(folder())).toEqual([]);
  });

  it('that are none are told by name, and removed', async () => {
    await mkdir(join(folder(), 'control', '4.json'), { recursive: true });
    for (const [i, text] of ['', '{', '{"command":"explode"}', `"${'x'.repeat(5000)}"`].entries()) {
      await writeFile(join(folder(), 'control', `${i}.json`), text);
    }
    await writeFile(join(folder(), 'control', 'half.tmp'), '{"command":"stop"}');
    expect(await takeCommands(folder())).toEqual([
      { name: '0.json', problem: 'is not JSON' },
      { name: '1.json', problem: 'is not JSON' },
      { value: { command: 'explode' } },
      { name: '3.json', problem: 'has 5002 bytes; such a file has at most 4096' },
      { name: '4.json', problem: 'is a folder, not a file' },
    ]);
    expect(await readdir(join(folder(), 'control'))).toEqual(['half.tmp']);
  });

  it('before it began are dropped', async () => {
    right(await send({ command: 'stop' }));
    await clearControl(folder());
    expect(await takeCommands(folder())).toEqual([]);
  });

  it('are refused where no process writes it, or there is none', async () => {
    right(await writer.close()());
    expect(await send({ command: 'pause' })).toMatchObject({
      left: { _tag: 'RunNotLive', state: 'interrupted' },
    });
    expect(await sendCommand(runsDir, 'nobody', { command: 'pause' })()).toMatchObject({
      left: { _tag: 'RunNotFound' },
    });
    expect(await readdir(folder())).not.toContain('control');
  });
});
