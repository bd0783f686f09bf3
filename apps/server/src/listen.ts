import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { get } from 'node:http';
import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { errorCode } from '@grokscope/store';
import type { RequestedOptions } from './identity.js';
import { isSameBuild, missing } from './identity.js';

/** Where the server is, or where one on the same runs already was. */
export type ListenResult =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'alreadyThere'; readonly url: string; readonly isSameBuild: boolean }
  /** Not here, or not as asked for. */
  | { readonly kind: 'refused'; readonly message: string };

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly runsDir: string;
  /** Whether that port was asked for in so many words: then it is that one or none. */
  readonly isPortAsked: boolean;
  /** Whether a server that is there already will do wherever it keeps all that is asked for, whatever its build. */
  readonly joins: boolean;
  /** What else was asked for. */
  readonly asked: RequestedOptions;
  readonly build: string;
  readonly secret: Buffer | undefined;
}

const PORTS_TO_TRY = 100;
const MAX_PORT = 65535;
const ANSWER_WITHIN_MS = 2000;
const MAX_ANSWER_BYTES = 64 << 10;

/**
 * Listens on the wanted port, or on the next that is free where none was asked for. Where the one that holds a port is a
 * Grokscope on the same runs folder, that one will do if it is all that was asked for; if not, nothing is listened to and
 * the message says why: no option is dropped.
 */
export async function listen(app: FastifyInstance, wanted: ListenOptions): Promise<ListenResult> {
  const { host, port: first } = wanted;
  const last = first === 0 || wanted.isPortAsked ? first : Math.min(MAX_PORT, first + PORTS_TO_TRY - 1);
  for (let port = first; port <= last; port++) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      return { kind: 'listening', url: urlOf(host, bound) };
    } catch (thrown) {
      const code = errorCode(thrown);
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      if (code === 'EACCES') return refuse(`port ${port} is not allowed here (${message})`);
      if (code !== 'EADDRINUSE') return refuse(`cannot listen on ${host}: ${message}`);
    }
    const holder = await holderOf(host, port, wanted.runsDir);
    if (holder.kind === 'sameRuns') return join(urlOf(host, port), holder.settings, wanted);
    if (wanted.isPortAsked)
      return refuse(`port ${port} is taken by ${WORDS[holder.kind]}; choose another --port`);
  }
  return refuse(`no port from ${first} to ${last} is free`);
}

/** Whether the Grokscope that serves the same runs at `url` will do. */
function join(url: string, settings: unknown, wanted: ListenOptions): ListenResult {
  const { joins, isPortAsked, asked, build, secret } = wanted;
  const there = `a Grokscope serves these runs at ${url} already`;
  const lost = missing(asked, settings, secret);
  if (lost.length > 0) {
    return refuse(`${there}, but not with ${lost.join(', ')}; stop it first, or choose another --port`);
  }
  if (isPortAsked && !joins) return refuse(`${there}; choose another --port for a second one`);
  const isSame = isSameBuild(build, settings, secret);
  if (!isSame && !joins) {
    return refuse(`${there}, of another build than this one; stop it first, or choose another --port`);
  }
  return { kind: 'alreadyThere', url, isSameBuild: isSame };
}

function refuse(message: string): ListenResult {
  return { kind: 'refused', message };
}

function urlOf(host: string, port: number): string {
  // An address that means "everywhere" cannot be visited; this machine is part of everywhere.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** Who has a port. */
type Holder =
  { readonly kind: 'sameRuns'; readonly settings: unknown } | { readonly kind: 'otherRuns' | 'stranger' };

const WORDS = { otherRuns: 'a Grokscope on other runs', stranger: 'another program' } as const;

/**
 * Asks who has a port. It is told nothing, the token least of all: it may be anybody, and a Grokscope names its folder
 * and its settings to everybody in a form that only who knows the folder can read.
 */
async function holderOf(host: string, port: number, runsDir: string): Promise<Holder> {
  const answer = await health(urlOf(host, port), port);
  if (typeof answer !== 'object' || answer === null) return { kind: 'stranger' };
  const { name, runs, settings } = answer as Record<string, unknown>;
  if (name !== 'grokscope') return { kind: 'stranger' };
  return runs === folderName(runsDir) ? { kind: 'sameRuns', settings } : { kind: 'otherRuns' };
}

/** What is at `/healthz`, called by a name that every Grokscope goes by; undefined where it is no JSON. */
function health(url: string, port: number): Promise<unknown> {
  return new Promise((answer) => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const fail = (): void => answer(undefined);
    get(`${url}/healthz`, { signal, agent: false, headers: { host: `localhost:${port}` } }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('error', fail).on('close', fail);
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > MAX_ANSWER_BYTES) response.destroy();
      });
      response.on('end', () => answer(parsed(text)));
    }).on('error', fail);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A name of a folder that tells nothing of its path, the same for all paths to it. */
export function folderName(path: string): string {
  return createHash('sha256').update(real(path)).digest('hex').slice(0, 32);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
