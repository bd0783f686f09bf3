import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { errorCode } from '@grokscope/store';

/** Where the server is, or where one on the same runs already was. */
export type Place =
  | { readonly kind: 'listening'; readonly url: string }
  | { readonly kind: 'alreadyThere'; readonly url: string }
  | { readonly kind: 'noPort'; readonly message: string };

/** Where to listen. */
export interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly runsDir: string;
}

const PORTS_TO_TRY = 100;
const MAX_PORT = 65535;
const ANSWER_WITHIN_MS = 2000;

/**
 * Listens on the wanted port, or on the next that is free. Where the one that holds a port is a Grokscope on
 * the same runs folder, that one will do and nothing is listened to.
 */
export async function listen(app: FastifyInstance, wanted: Wanted): Promise<Place> {
  const { host, port: first } = wanted;
  const last = first === 0 ? 0 : Math.min(MAX_PORT, first + PORTS_TO_TRY - 1);
  for (let port = first; port <= last; port++) {
    try {
      await app.listen({ host, port });
      const address = app.server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      return { kind: 'listening', url: urlOf(host, bound) };
    } catch (thrown) {
      const code = errorCode(thrown);
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      if (code === 'EACCES')
        return { kind: 'noPort', message: `port ${port} is not allowed here (${message})` };
      if (code !== 'EADDRINUSE') return { kind: 'noPort', message: `cannot listen on ${host}: ${message}` };
    }
    const url = urlOf(host, port);
    if (await isSameGrokscope(url, wanted.runsDir)) return { kind: 'alreadyThere', url };
  }
  return { kind: 'noPort', message: `no port from ${first} to ${last} is free` };
}

function urlOf(host: string, port: number): string {
  // An address that means "everywhere" cannot be visited; this machine is part of everywhere.
  const name = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : isIPv6(host) ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

/**
 * Asks who holds a port. It is told nothing, the token least of all: it may be anybody, and a Grokscope names its folder
 * to everybody in a form that only who knows the folder can read.
 */
async function isSameGrokscope(url: string, runsDir: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null) return false;
    const { name, runs } = body as Record<string, unknown>;
    return name === 'grokscope' && runs === folderName(runsDir);
  } catch {
    return false;
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
