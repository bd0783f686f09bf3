import { createHash, randomBytes } from 'node:crypto';
import { realpath, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { LockHolder } from '@grokscope/schema';
import { errorCode } from '../errors.js';
import { pidNamespace, processStart } from './process-identity.js';
import { MAX_RECORD_BYTES, openRegular, readOpened } from '../disk/read-within.js';

export type { LockHolder } from '@grokscope/schema';

/** Stands for the process that created a lock file and has not (yet) written its name into it. */
export const UNREAD_PID = 0;

/** The state of a lock file at one look. */
export interface SeenLock {
  readonly holder: LockHolder;
  /** Identifies this very file: a later file of the same name has another key, even one by the same process. */
  readonly key: string;
  readonly text: string;
}

/** Identifies a folder, as distinct from its copies. */
interface FolderIdentity {
  readonly path: string;
  readonly device: string;
  readonly inode: string;
}

/** The text that this process writes into a lock of `folder` that it takes; no two texts are equal. */
export async function lockTexts(folder: string): Promise<(mayHaveRival: boolean) => string> {
  const start = processStart(process.pid);
  const holder: LockHolder = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    ...(start === undefined ? {} : { processStart: start }),
    ...(pidNamespace === undefined ? {} : { namespace: pidNamespace }),
  };
  const identity = await identityOf(folder);
  return (mayHaveRival) => {
    const token = randomBytes(9).toString('base64url');
    const rival = mayHaveRival ? { mayHaveRival } : {};
    return `${JSON.stringify({ ...holder, ...rival, token, folder: identity })}\n`;
  };
}

/** The lock file at `path` of `folder`; undefined if there is none. */
export async function seeLock(path: string, folder: string): Promise<SeenLock | undefined> {
  try {
    const { text, inode, lastSeen } = await readLockFile(path);
    const parsed = parseLock(text);
    const named = parsed?.holder ?? { pid: UNREAD_PID, host: 'an unknown host', since: lastSeen };
    const original = parsed?.folder;
    const isCopy = original !== undefined && isHere(named) && (await isAnother(folder, original));
    return {
      holder: { ...named, lastSeen, ...(isCopy ? { copiedFrom: original.path } : {}) },
      key: createHash('sha256').update(`${inode} ${text}`).digest('hex').slice(0, 16),
      text,
    };
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

async function readLockFile(path: string) {
  const file = await openRegular(path);
  try {
    const { ino, mtime } = await file.stat({ bigint: true });
    const text = (await readOpened(file, MAX_RECORD_BYTES, 'a lock')).toString('utf8');
    return { text, inode: String(ino), lastSeen: mtime.toISOString() };
  } finally {
    await file.close();
  }
}

/** Whether the holder's pid is valid here too. */
export function isHere({ host, namespace }: LockHolder): boolean {
  return host === hostname() && (namespace === undefined || namespace === pidNamespace);
}

async function identityOf(folder: string): Promise<FolderIdentity> {
  const { dev, ino } = await stat(folder, { bigint: true });
  return { path: await realpath(folder), device: String(dev), inode: String(ino) };
}

/**
 * Whether `folder` was never the other one: a folder keeps its inode when renamed, and its path if a file system
 * assigns it another inode.
 */
async function isAnother(folder: string, other: FolderIdentity): Promise<boolean> {
  const { path, device, inode } = await identityOf(folder);
  return path !== other.path && (device !== other.device || inode !== other.inode);
}

interface ParsedLock {
  readonly holder: LockHolder;
  readonly folder: FolderIdentity | undefined;
}

function parseLock(text: string): ParsedLock | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, host, since, processStart: start, namespace, ...rest } = value as Record<string, unknown>;
    if (typeof pid !== 'number' || pid <= UNREAD_PID) return undefined;
    if (typeof host !== 'string' || typeof since !== 'string') return undefined;
    const holder = {
      ...{ pid, host, since },
      ...(typeof start === 'string' ? { processStart: start } : {}),
      ...(typeof namespace === 'string' ? { namespace } : {}),
      ...(rest.mayHaveRival === true ? { mayHaveRival: true as const } : {}),
    };
    return { holder, folder: parseFolder(rest.folder) };
  } catch {
    // Not JSON: a process is writing it at this moment, or was interrupted while doing so.
    return undefined;
  }
}

function parseFolder(value: unknown): FolderIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { path, device, inode } = value as Record<string, unknown>;
  return typeof path === 'string' && typeof device === 'string' && typeof inode === 'string'
    ? { path, device, inode }
    : undefined;
}
