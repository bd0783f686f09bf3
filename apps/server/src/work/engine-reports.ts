import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as E from 'fp-ts/lib/Either.js';
import type { EngineReport } from '@grokscope/schema';
import { childEnvironment } from 'grokscope';
import type { ServerError } from '../errors.js';
import { refused } from '../errors.js';

/** A process cannot load TypeScript, wherever this file runs. */
const PROCESS_URL = new URL('../../build/engine-process.js', import.meta.url);
const PATIENCE_MS = 60_000;

let known: Promise<E.Either<ServerError, readonly EngineReport[]>> | undefined;

/**
 * Every engine, and why one cannot run here; determined once, in a separate process, so that a crashing driver does not
 * take the server along.
 */
export async function engineReports(): Promise<E.Either<ServerError, readonly EngineReport[]>> {
  const asked = (known ??= probe());
  const found = await asked;
  if (E.isLeft(found) && known === asked) known = undefined;
  return found;
}

function probe(): Promise<E.Either<ServerError, readonly EngineReport[]>> {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(PROCESS_URL), [], {
      execArgv: [],
      stdio: 'ignore',
      env: childEnvironment(),
      timeout: PATIENCE_MS,
    });
    const fail = (why: string): void =>
      resolve(E.left(refused(500, 'enginesUnknown', `the engines could not be checked: ${why}`)));
    child.on('message', (reports) => resolve(E.right(reports as readonly EngineReport[])));
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => fail(`their process ended with ${code ?? signal}`));
  });
}
