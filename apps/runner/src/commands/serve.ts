import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { endingOrder } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import { runsDirOf } from '../runs-dir.js';

/** Options of `grokscope serve`, as commander passes them. */
export interface ServeOptions {
  readonly host?: string;
  readonly port?: string;
  readonly token?: string;
  readonly allowHost: readonly string[];
  readonly use?: readonly string[];
  readonly runs?: string;
  /** The folder of the files that requests may name. */
  readonly data?: string;
}

// Apps import each other only as built files.
const SERVER = fileURLToPath(new URL('../../../server/build/main.js', import.meta.url));

/** `grokscope serve`: runs the server alone, in a process of its own; returns its exit code. */
export async function serveCommand(options: ServeOptions): Promise<E.Either<CliError, number>> {
  // Passed on in the environment, where an empty value means none.
  if (options.token === '') return E.left(usage('--token must not be empty'));
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  if (!existsSync(SERVER)) return E.left(usage('the server is not built; `npm start` builds it'));
  const args = [
    '--runs',
    runsDir.right,
    ...(options.host === undefined ? [] : ['--host', options.host]),
    ...(options.port === undefined ? [] : ['--port', options.port]),
    ...(options.data === undefined ? [] : ['--data', options.data]),
    ...options.allowHost.flatMap((name) => ['--allow-host', name]),
    ...(options.use ?? []).flatMap((file) => ['--use', file]),
  ];
  // In the environment: other users of the machine can read a process's arguments.
  const env = options.token === undefined ? process.env : { ...process.env, GROKSCOPE_TOKEN: options.token };
  // No messages are sent over the channel: by its end the server notices that this process is gone, for whatever
  // reason.
  const stdio = ['inherit', 'inherit', 'inherit', 'ipc'] as const;
  const server = spawn(process.execPath, [SERVER, ...args], { stdio: [...stdio], env });
  // The server ends on the first signal and exits at once on the second; its exit is awaited here. The end of the
  // channel counts as the first: a signal that was passed on would be a second one if the whole group received it.
  const order = endingOrder();
  let isLeaving = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const answer = order(signal);
      if (answer === 'end' && server.connected) server.disconnect();
      if (answer !== 'leave') return;
      isLeaving = true;
      server.kill('SIGKILL');
    });
  }
  return new Promise((resolve) => {
    server.on('error', (error) =>
      resolve(E.left(usage(`the server could not be started: ${error.message}`))),
    );
    server.on('exit', (code, signal) => {
      if (isLeaving) return resolve(E.right(EXIT.interrupted));
      resolve(E.right(code ?? (signal === null ? EXIT.failed : 128 + constants.signals[signal])));
    });
  });
}
