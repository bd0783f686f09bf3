import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { processOutput } from './output.js';

/** Streams that keep what is written, or fail with `code`. */
function streams(code?: string) {
  const said = { out: '', err: '' };
  const into = (name: 'out' | 'err', fails?: string): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        said[name] += chunk.toString();
        done(fails === undefined ? null : Object.assign(new Error(`${fails}: no`), { code: fails }));
      },
    });
  return { said, stdout: into('out', code), stderr: into('err') };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('what a command writes', () => {
  it('has no effect on a terminal but its letters and lines', () => {
    const { said, ...to } = streams();
    const { out, err } = processOutput(() => undefined, to);
    for (const write of [out, err]) write('name \u001b[2J\u0007\u009b1m\nnext\tline\n');
    const shown = 'name \\u001b[2J\\u0007\\u009b1m\nnext\tline\n';
    expect(said).toEqual({ out: shown, err: shown });
  });

  it.each([
    ['EPIPE', false, undefined],
    ['EIO', false, undefined],
    ['ENOSPC', true, 'ENOSPC: no'],
    ['EDQUOT', true, 'EDQUOT: no'],
  ])('is told to be lost once on %s, which is a failure: %s', async (code, hasFailed, why) => {
    const told: (string | undefined)[] = [];
    const { said, ...to } = streams(code);
    const output = processOutput((reason) => told.push(reason), to);
    output.out('first\n');
    await settled();
    output.out('second\n');
    await settled();
    expect(told).toEqual([why]);
    expect(output.hasFailed()).toBe(hasFailed);
    expect(said.out).toBe('first\n');
  });
});

const main = fileURLToPath(new URL('../build/main.js', import.meta.url));

// There is no such device on macOS and Windows.
describe.skipIf(!existsSync('/dev/full'))('a full standard output', () => {
  it.each([
    ['presets'],
    ['tasks', '--json'],
    ['runs', '--runs', '/nonexistent'],
    ['--help'],
    ['--version'],
    ['run', '--help'],
  ])('is no success: %s', (...args) => {
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^error: standard output could not be written: ENOSPC/) as string,
    });
  });
});
