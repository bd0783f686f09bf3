import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import { hostName, isLoopback } from './access/access.js';
import type { RequestedOptions } from './identity.js';

/** The command-line options of the server. */
export interface ServerOptions {
  readonly runsDir: string;
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly allowHosts: readonly string[];
  /** Files of parts that its runs are made of too, absolute. */
  readonly use: readonly string[];
  /** A preset to start, or to show if it was run before. */
  readonly startPreset: string | undefined;
  /** The folder of files that requests may name; undefined where they may name none. */
  readonly dataFolder: string | undefined;
  readonly logLevel: string;
  /** Whether `--port` gave the port: then only that one is used. `PORT` and the default only say where to begin. */
  readonly isPortAsked: boolean;
  /** The settings given explicitly, by arguments or the environment. */
  readonly asked: RequestedOptions;
}

/** The port at which a Grokscope server is expected first. */
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
        use: { type: 'string', multiple: true },
        'start-preset': { type: 'string' },
        data: { type: 'string' },
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
  const askedHost = values.host ?? set('HOST');
  const host = askedHost ?? '127.0.0.1';
  if (!/^[^\s/\\@]+$/.test(host)) {
    return E.left(`the host must be a name or an address, got ${JSON.stringify(host)}`);
  }
  const token = values.token ?? set('GROKSCOPE_TOKEN');
  if (token !== undefined && !/^[\x21-\x7e]{1,1000}$/.test(token)) {
    return E.left('the token must be 1 to 1000 visible ASCII characters without spaces');
  }
  if (!isLoopback(host) && token === undefined) {
    return E.left(`listening on ${host} lets others in, so it needs a token: --token or GROKSCOPE_TOKEN`);
  }
  const allowHosts = values['allow-host'] ?? [];
  const wrongName = allowHosts.find((name) => !isBareName(name));
  if (wrongName !== undefined) {
    const allowed = 'a name or an address (IPv6 in brackets), without scheme, port or wildcard';
    return E.left(`--allow-host takes ${allowed}; got ${JSON.stringify(wrongName)}`);
  }
  const use = (values.use ?? []).map((file) => resolve(file));
  const logLevel = set('GROKSCOPE_LOG') ?? 'warn';
  if (!LOG_LEVELS.includes(logLevel)) {
    return E.left(`GROKSCOPE_LOG must be one of ${LOG_LEVELS.join(', ')}, got ${JSON.stringify(logLevel)}`);
  }
  if (values.runs === '') return E.left('--runs must not be empty');
  const runsDir = resolve(values.runs ?? set('GROKSCOPE_RUNS') ?? 'runs');
  if (statSync(runsDir, { throwIfNoEntry: false })?.isDirectory() === false) {
    return E.left(`the runs folder must be a folder, but ${runsDir} is a file`);
  }
  const dataFolder = values.data === undefined ? undefined : resolve(values.data);
  if (dataFolder !== undefined && statSync(dataFolder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return E.left(`--data must be a folder, and ${dataFolder} is none`);
  }
  return E.right({
    runsDir,
    host,
    port: Number(port),
    token,
    allowHosts,
    use,
    startPreset: values['start-preset'],
    dataFolder,
    logLevel,
    isPortAsked: values.port !== undefined,
    asked: { host: askedHost, token, allowHosts, use },
  });
}

/** Whether a text can be a complete `Host` header; any other could never be matched. */
function isBareName(text: string): boolean {
  return /^[\w.[\]:-]+$/.test(text) && hostName(text) === text.toLowerCase();
}
