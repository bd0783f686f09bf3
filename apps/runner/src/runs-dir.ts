import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { CliError } from './errors.js';
import { usage } from './errors.js';

/** Returns the runs folder: `--runs`, else `GROKSCOPE_RUNS`, else `runs/` in the current folder; refuses a file. */
export function runsDirOf(
  option: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): E.Either<CliError, string> {
  if (option === '') return E.left(usage('--runs must not be empty'));
  const fromEnvironment = env['GROKSCOPE_RUNS'];
  const path = resolve(
    option ?? (fromEnvironment === undefined || fromEnvironment === '' ? 'runs' : fromEnvironment),
  );
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === false
    ? E.left(usage(`the runs folder must be a folder, but ${path} is a file`))
    : E.right(path);
}
