import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { RunSpec } from '@grokscope/schema';
import { decodeStoredSpec, formatSpecErrors } from '@grokscope/schema';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { FileTooLarge, MAX_RECORD_BYTES, readRegularFile } from '../disk/read-within.js';
import { RUN_FORMAT, migrateRecord } from './run-format.js';

/** A file that a run was made of. */
export interface DataFile {
  /** Its path, as the spec names it. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Of its contents, hexadecimal. */
  readonly sha256: string;
  /** Its copy, relative to the run's folder; absent where it is too large to be copied. */
  readonly copy?: string;
}

/**
 * What a run was asked to do: `run.json`, written before its first step, and again when a resumption changes its number
 * of steps.
 */
export interface RunRecord {
  readonly runId: string;
  readonly name: string;
  /** ISO time. */
  readonly createdAt: string;
  /** Every default filled in. */
  readonly spec: RunSpec;
  /** The requested engine; the one that was used is in the `started` event. */
  readonly engine: string;
  /** The requested threads; null if the choice was left to the engine. */
  readonly threads: number | null;
  /** File of the initial weights, if the run did not start from its own initialisation. */
  readonly initFrom?: string;
  /** SHA-256 of those weights as kept in the folder, hexadecimal. */
  readonly initialWeights?: string;
  /** The files that its spec names; absent where it names none. */
  readonly files?: readonly DataFile[];
  /** False if the plain graph was requested. */
  readonly rewrites?: boolean;
  /** True if old checkpoints are not to be thinned out. */
  readonly keepAllCheckpoints?: boolean;
  /** The files of parts that the spec uses, as they were when it began: absolute paths and SHA-256, hexadecimal. */
  readonly parts?: readonly { readonly file: string; readonly sha256: string }[];
}

/** Names of the entries of a run's folder. */
export const RUN_FILE = 'run.json';
export const INITIAL_WEIGHTS_FILE = 'initial.safetensors';
export const EVENTS_FILE = 'events.ndjson';
/** The folder of its checkpoints. */
export const CHECKPOINTS_FOLDER = 'checkpoints';

/** `run.json` as it is written. */
export function encodeRunRecord(record: RunRecord): string {
  return `${JSON.stringify({ format: RUN_FORMAT, ...record }, null, 2)}\n`;
}

/**
 * Reads `run.json` of a run, whichever version wrote it; `folder` is the folder's name, if that is not the run's id.
 */
export async function readRunRecord(
  runsDir: string,
  runId: string,
  folder = runId,
): Promise<E.Either<StoreError, RunRecord>> {
  const path = join(runsDir, folder, RUN_FILE);
  let text: string;
  try {
    text = (await readRegularFile(path, MAX_RECORD_BYTES)).toString('utf8');
  } catch (thrown) {
    if (thrown instanceof FileTooLarge) {
      return E.left({ _tag: 'MalformedRun', path, message: thrown.message });
    }
    const code = errorCode(thrown);
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? E.left({ _tag: 'RunNotFound', runId, runsDir })
      : E.left(diskFailure('read', path)(thrown));
  }
  return parseRunRecord(text, path, runId);
}

function parseRunRecord(text: string, path: string, runId: string): E.Either<StoreError, RunRecord> {
  const malformed = (message: string): E.Either<StoreError, RunRecord> =>
    E.left({ _tag: 'MalformedRun', path, message });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('is not JSON');
  }
  if (typeof value !== 'object' || value === null) return malformed('is not a JSON object');
  const migrated = migrateRecord(value as Readonly<Record<string, unknown>>);
  if ('problem' in migrated) return malformed(migrated.problem);
  const record: Partial<Record<keyof RunRecord, unknown>> = migrated.record;
  if (record.runId !== runId) {
    return malformed(`runId is ${JSON.stringify(record.runId)}, but its folder is "${runId}"`);
  }
  for (const key of ['name', 'createdAt', 'engine'] as const) {
    if (typeof record[key] !== 'string') return malformed(`${key} is not a text`);
  }
  if (!isFileList(record.parts)) return malformed('parts is not a list of files with their SHA-256');
  const spec = decodeStoredSpec(record.spec);
  if (E.isLeft(spec)) return malformed(`the spec is not valid: ${formatSpecErrors(spec.left)}`);
  // As decoded: values written out or left out by an older version read the same.
  return E.right({ ...(migrated.record as unknown as RunRecord), spec: spec.right });
}

/** Whether a value is what `parts` may be: absent, or files with their hashes. */
function isFileList(value: unknown): boolean {
  if (value === undefined) return true;
  const isFile = (entry: unknown): boolean => {
    if (typeof entry !== 'object' || entry === null) return false;
    const { file, sha256 } = entry as { readonly file?: unknown; readonly sha256?: unknown };
    return typeof file === 'string' && typeof sha256 === 'string';
  };
  return Array.isArray(value) && value.every(isFile);
}
