import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { get } from 'node:http';
import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { errorCode } from '@grokscope/store';
import type { RequestedOptions } from './identity.js';
import { isSameBuild, missing } from './identity.js';

/** The address of the server, or of one that already serves the same runs. */
export type ListenResult =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'alreadyThere'; readonly url: string; readonly isSameBuild: boolean }
  /** It cannot listen here, or not with the given options. */
  | { readonly kind: 'refused'; readonly message: string };

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly runsDir: string;
  /** Whether the port was given explicitly: then only that one is tried. */
  readonly isPortAsked: boolean;
  /** Whether an existing server will do if it has all the given options, whatever its build. */
  readonly joins: boolean;
  /** The other options given explicitly. */
  readonly asked: RequestedOptions;
  readonly build: string;
  readonly secret: Buffer | undefined;
}

const PORTS_TO_TRY = 100;
const MAX_PORT = 65535;
const ANSWER_WITHIN_MS = 2000;
const MAX_ANSWER_BYTES = 64 << 10;

/**
 * Listens on the wanted port, or on the next free one if none was given. If a Grokscope server on the same runs folder
 * holds the port, it is used, provided it has all the given options; otherwise nothing listens and the message says
 * why: no option is silently dropped.
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

/** Whether the Grokscope server that serves the same runs at `url` will do. */
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
  // An address that means "everywhere" cannot be visited; this machine is part of it.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/** The program that holds a port. */
type Holder =
  { readonly kind: 'sameRuns'; readonly settings: unknown } | { readonly kind: 'otherRuns' | 'stranger' };

const WORDS = { otherRuns: 'a Grokscope on other runs', stranger: 'another program' } as const;

/**
 * Finds out which program holds a port. Nothing is sent to it, least of all the token: it may be any program, and a
 * Grokscope server publishes its folder and settings in a form that only someone who knows the folder can read.
 */
async function holderOf(host: string, port: number, runsDir: string): Promise<Holder> {
  const answer = await health(urlOf(host, port), port);
  if (typeof answer !== 'object' || answer === null) return { kind: 'stranger' };
  const { name, runs, settings } = answer as Record<string, unknown>;
  if (name !== 'grokscope') return { kind: 'stranger' };
  return runs === folderName(runsDir) ? { kind: 'sameRuns', settings } : { kind: 'otherRuns' };
}

/** What is at `/healthz`, requested under a name that every Grokscope server accepts; undefined if it is not JSON. */
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

/** A name for a folder that discloses nothing of its path, the same for all paths to it. */
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
