import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Announcement } from '@grokscope/schema';
import { errorCode } from '@grokscope/store';
import { hostName, isLoopback } from './access/access.js';

/*
 * The settings of a server, announced so that a second server started for the same runs can check whether the first
 * will do, while nobody else learns anything: each setting is published as a digest keyed with a secret in the runs
 * folder that only its owner can read. Without the secret, not even a short token can be found from its digest.
 */

/** The settings of a server. */
export interface Settings {
  readonly host: string;
  readonly token: string | undefined;
  readonly allowHosts: readonly string[];
  /** Files of parts, absolute. */
  readonly use: readonly string[];
  /** Which build of the program it is. */
  readonly build: string;
}

/** The settings given explicitly; undefined for those left to their defaults. */
export interface RequestedOptions {
  readonly host: string | undefined;
  readonly token: string | undefined;
  readonly allowHosts: readonly string[];
  readonly use: readonly string[];
}

/** Says what a server is to whoever knows `secret`. */
export function announce({ host, token, allowHosts, use, build }: Settings, secret: Buffer): Announcement {
  return {
    host: digest(secret, 'host', hostKey(host)),
    token: digest(secret, 'token', token ?? ''),
    allowHosts: allowHosts.map((name) => digest(secret, 'allowHost', nameKey(name))),
    use: use.map((file) => digest(secret, 'use', file)),
    build: digest(secret, 'build', build),
  };
}

/**
 * The given options that the announced server does not have, as written on the command line. All of them if it
 * announces nothing: an older build, or one whose secret cannot be read.
 */
export function missing(
  asked: RequestedOptions,
  told: unknown,
  secret: Buffer | undefined,
): readonly string[] {
  const { host, token, allowHosts, use } = fieldsOf(told);
  const keeps = (announced: unknown, name: string, value: string): boolean =>
    secret !== undefined && announced === digest(secret, name, value);
  const admitted: readonly unknown[] = Array.isArray(allowHosts) ? allowHosts : [];
  const used: readonly unknown[] = Array.isArray(use) ? use : [];
  return [
    ...(asked.host === undefined || keeps(host, 'host', hostKey(asked.host)) ? [] : [`--host ${asked.host}`]),
    // Never the token itself: the line may end up in a log.
    ...(asked.token === undefined || keeps(token, 'token', asked.token) ? [] : ['this --token']),
    ...asked.allowHosts
      .filter((name) => !admitted.some((each) => keeps(each, 'allowHost', nameKey(name))))
      .map((name) => `--allow-host ${name}`),
    ...asked.use
      .filter((file) => !used.some((each) => keeps(each, 'use', file)))
      .map((file) => `--use ${file}`),
  ];
}

/** Whether the announced server is of this very build. */
export function isSameBuild(build: string, told: unknown, secret: Buffer | undefined): boolean {
  return secret !== undefined && fieldsOf(told)['build'] === digest(secret, 'build', build);
}

function fieldsOf(told: unknown): Readonly<Record<string, unknown>> {
  return typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {};
}

/** All names for this machine only count as one. */
const hostKey = (host: string): string => (isLoopback(host) ? 'loopback' : host.toLowerCase());
const nameKey = (name: string): string => hostName(name) ?? name;

function digest(secret: Buffer, name: string, value: string): string {
  return createHmac('sha256', secret).update(`${name}\0${value}`).digest('hex');
}

const SECRET_FILE = 'server-secret';
const SECRET_BYTES = 32;
const RETRY_MS = 20;
const RETRIES = 50;
/** The permissions of everybody except the owner. */
const OTHERS = 0o077;

/**
 * The secret of a runs folder, created if it does not exist; undefined if none can be kept there (a read-only folder)
 * or it belongs to another user. It is in the index's folder: deleting it costs a restart of the server, nothing else.
 */
export async function folderSecret(runsDir: string): Promise<Buffer | undefined> {
  const folder = join(runsDir, '.index');
  const path = join(folder, SECRET_FILE);
  try {
    await mkdir(folder, { recursive: true });
    const fresh = randomBytes(SECRET_BYTES);
    await writeFile(path, fresh, { flag: 'wx', mode: 0o600 });
    return fresh;
  } catch (thrown) {
    if (errorCode(thrown) !== 'EEXIST' && errorCode(thrown) !== 'EROFS') return undefined;
  }
  // A secret that others can read is useless. (Windows has no such permission bits; there the folder's own permissions
  // apply.)
  const mode = (await stat(path).catch(() => undefined))?.mode ?? 0;
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) return undefined;
  // Another process may have created it at this moment and still be writing it.
  for (let tries = 0; tries < RETRIES; tries++) {
    const known = await readFile(path).catch(() => undefined);
    if (known === undefined || known.length === SECRET_BYTES) return known;
    await delay(RETRY_MS);
  }
  return undefined;
}

/** Where the programs of a server are: its own and those of runs. */
const PROGRAMS = ['../build/', '../../../libs/grokscope/build/'].map(
  (place) => new URL(place, import.meta.url),
);

/** A text that differs between two builds of the server's program: a digest of all its JavaScript. */
export async function buildId(): Promise<string> {
  const hash = createHash('sha256');
  for (const [i, folder] of PROGRAMS.entries()) {
    const found = await readdir(folder).catch(() => []);
    const names = found.filter((file) => file.endsWith('.js')).sort();
    const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder))));
    names.forEach((name, j) => hash.update(`${i}/${name}\0`).update(texts[j]!));
  }
  return hash.digest('hex');
}
