import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { serveCommand } from './commands/serve.js';
import { describeCliError, exitCodeOf } from './errors.js';
import { runsDirOf } from './runs-dir.js';

describe('the runs folder', () => {
  it('is the option, else the environment, else runs/ here; it need not be there yet', () => {
    expect(runsDirOf('here', { GROKSCOPE_RUNS: 'there' })).toEqual(E.right(resolve('here')));
    expect(runsDirOf(undefined, { GROKSCOPE_RUNS: 'there' })).toEqual(E.right(resolve('there')));
    expect(runsDirOf(undefined, { GROKSCOPE_RUNS: '' })).toEqual(E.right(resolve('runs')));
  });

  it('is bad usage where it is a file', () => {
    const refused = runsDirOf(process.execPath, {});
    if (E.isRight(refused)) throw new Error('a file was taken for a folder');
    expect(exitCodeOf(refused.left)).toBe(2);
    expect(describeCliError(refused.left)).toContain(`${process.execPath} is a file`);
  });
});

it('serve refuses an empty token instead of serving without one', async () => {
  const served = await serveCommand({ token: '', allowHost: [] });
  if (E.isRight(served)) throw new Error('it served');
  expect(exitCodeOf(served.left)).toBe(2);
  expect(describeCliError(served.left)).toContain('--token');
});
