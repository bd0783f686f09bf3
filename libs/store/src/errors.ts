import type { Tagged } from '@grokscope/base';
import { shortened } from '@grokscope/base';
import type { LockHolder, RunNotes, RunState } from '@grokscope/schema';

/** The expected errors of runs on disk; none of them is a bug. */
export type StoreError =
  | (Tagged<'InvalidRunId'> & { readonly runId: string })
  | (Tagged<'RunNotFound'> & { readonly runId: string; readonly runsDir: string })
  | (Tagged<'RunExists'> & { readonly runId: string; readonly runsDir: string })
  | (Tagged<'RunHeld'> & {
      readonly runId: string;
      readonly holder: LockHolder;
      /** ISO time from which the run is free if nothing is heard of its holder, whose state cannot be known here. */
      readonly freeAt?: string;
    })
  | (Tagged<'MalformedRun'> & { readonly path: string; readonly line?: number; readonly message: string })
  | (Tagged<'CheckpointNotFound'> & {
      readonly runId: string;
      readonly step: number | 'newest';
      readonly available: readonly number[];
    })
  | (Tagged<'RunNotLive'> & { readonly runId: string; readonly state: RunState })
  | (Tagged<'NotResumable'> & { readonly runId: string; readonly why: string })
  | (Tagged<'DiskTooSmall'> & {
      readonly path: string;
      readonly neededBytes: number;
      readonly freeBytes: number;
    })
  | (Tagged<'BadNotes'> & { readonly message: string })
  | (Tagged<'NotesConflict'> & { readonly runId: string; readonly notes: RunNotes })
  | (Tagged<'MalformedCheckpoint'> & { readonly path: string; readonly message: string })
  | (Tagged<'DiskFailure'> & {
      readonly action: string;
      readonly path: string;
      readonly code: string;
      readonly message: string;
    });

const SHOWN_STEPS = 12;

/** One or two sentences for a person: what happened, where, and what to do. */
export function describeStoreError(error: StoreError): string {
  switch (error._tag) {
    case 'InvalidRunId':
      return `"${shortened(error.runId, 120)}" is not a run id: one has lower-case letters, digits and single hyphens, at most 100 characters`;
    case 'RunNotFound':
      return `there is no run "${error.runId}" in ${error.runsDir}`;
    case 'RunExists':
      return `a run "${error.runId}" is already in ${error.runsDir}`;
    case 'RunHeld':
      return `run "${error.runId}" is being written by process ${error.holder.pid} on ${error.holder.host} since ${error.holder.since}${
        error.freeAt === undefined
          ? ''
          : `; if that process is gone, or this is a copy of a folder that it writes, the run is free at ${error.freeAt}`
      }`;
    case 'MalformedRun':
      return `${error.path}${error.line === undefined ? '' : `, line ${error.line}`}: ${error.message}`;
    case 'CheckpointNotFound':
      return `run "${error.runId}" has no ${error.step === 'newest' ? 'checkpoint yet' : `checkpoint at step ${error.step}; ${describeSteps(error.available)}`}`;
    case 'RunNotLive':
      return `run "${error.runId}" is ${error.state}: it takes no commands`;
    case 'NotResumable':
      return `run "${error.runId}" cannot be resumed: ${error.why}`;
    case 'DiskTooSmall':
      return `the run would need about ${megabytes(error.neededBytes)} in ${error.path}, where ${megabytes(error.freeBytes)} are free; write checkpoints less often (observe.checkpointEvery) or choose another --runs folder`;
    case 'BadNotes':
      return error.message;
    case 'NotesConflict':
      return `the notes of run "${error.runId}" have changed since they were read; read them again, and then change them`;
    case 'MalformedCheckpoint':
      return `${error.path}: ${error.message}`;
    case 'DiskFailure':
      return `could not ${error.action} ${error.path}: ${describeCode(error.code, error.message)}`;
    default:
      return error satisfies never;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function describeSteps(steps: readonly number[]): string {
  if (steps.length === 0) return 'it has none';
  const shown = steps.slice(-SHOWN_STEPS).join(', ');
  return steps.length > SHOWN_STEPS ? `the last ${SHOWN_STEPS} are ${shown}` : `it has ${shown}`;
}

function describeCode(code: string, message: string): string {
  switch (code) {
    case 'ENOSPC':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the disk is read-only';
    case 'ENOTDIR':
      return 'a part of the path is a file, not a folder';
    default:
      return message;
  }
}

/** Converts an error that Node's file system threw during `action` on `path` to a `DiskFailure`. */
export function diskFailure(
  action: string,
  path: string,
): (thrown: unknown) => Extract<StoreError, { _tag: 'DiskFailure' }> {
  return (thrown) => ({
    _tag: 'DiskFailure',
    action,
    path,
    code: errorCode(thrown) ?? 'UNKNOWN',
    message: thrown instanceof Error ? thrown.message : String(thrown),
  });
}

/** Node's error code (`ENOENT`) of a thrown value, if it has one. */
export function errorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}
