import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { isLoopback } from './access.js';

/** How the server was asked to run. */
export interface ServerOptions {
  readonly runsDir: string;
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly allowHosts: readonly string[];
  /** A preset to start, or to show if it was run before. */
  readonly startPreset: string | undefined;
  readonly logLevel: string;
}

/** The port where a Grokscope is looked for first. */
const DEFAULT_PORT = 4600;
const MAX_PORT = 65535;
const LOG_LEVELS: readonly string[] = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'];

/** Reads arguments, then the environment (`PORT`, `HOST`, `GROKSCOPE_TOKEN`, `GROKSCOPE_RUNS`, `GROKSCOPE_LOG`). */
export function readOptions(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): E.Either<string, ServerOptions> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        runs: { type: 'string' },
        host: { type: 'string' },
        port: { type: 'string' },
        token: { type: 'string' },
        'allow-host': { type: 'string', multiple: true },
        'start-preset': { type: 'string' },
      },
    }));
  } catch (thrown) {
    return E.left(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const set = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const port = values.port ?? set('PORT') ?? String(DEFAULT_PORT);
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT) {
    return E.left(`the port must be an integer from 0 to ${MAX_PORT}, got ${JSON.stringify(port)}`);
  }
  const host = values.host ?? set('HOST') ?? '127.0.0.1';
  const token = values.token ?? set('GROKSCOPE_TOKEN');
  if (token !== undefined && !/^[\x21-\x7e]{1,1000}$/.test(token)) {
    return E.left('the token must be 1 to 1000 visible ASCII characters without spaces');
  }
  if (!isLoopback(host) && token === undefined) {
    return E.left(`listening on ${host} lets others in, so it needs a token: --token or GROKSCOPE_TOKEN`);
  }
  const logLevel = set('GROKSCOPE_LOG') ?? 'warn';
  if (!LOG_LEVELS.includes(logLevel)) {
    return E.left(`GROKSCOPE_LOG must be one of ${LOG_LEVELS.join(', ')}, got ${JSON.stringify(logLevel)}`);
  }
  const runsDir = resolve(values.runs ?? set('GROKSCOPE_RUNS') ?? 'runs');
  if (statSync(runsDir, { throwIfNoEntry: false })?.isDirectory() === false) {
    return E.left(`the runs folder must be a folder, but ${runsDir} is a file`);
  }
  return E.right({
    runsDir,
    host,
    port: Number(port),
    token,
    allowHosts: values['allow-host'] ?? [],
    startPreset: values['start-preset'],
    logLevel,
  });
}
