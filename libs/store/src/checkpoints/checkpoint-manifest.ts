import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { RunProgress } from '@grokscope/schema';
import { decodeRunProgress, formatSpecErrors } from '@grokscope/schema';
import { errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import {
  FileTooLarge,
  MAX_RECORD_BYTES,
  MAX_TENSOR_FILE_BYTES,
  readRegularFile,
} from '../disk/read-within.js';

/** Size and checksum of a file of a checkpoint. */
export interface FileSum {
  readonly bytes: number;
  /** SHA-256 of the whole file, hexadecimal. */
  readonly sha256: string;
}

/**
 * The small file beside a checkpoint's weights that lists the checkpoint's files, so that a damaged one is recognised,
 * and holds what a run carries besides its tensors.
 */
export interface CheckpointManifest {
  readonly format: 1;
  readonly runId: string;
  readonly step: number;
  readonly weights: FileSum;
  readonly optimizer: FileSum | null;
  readonly progress: RunProgress | null;
}

/** The size and checksum of a file's bytes. */
export function sumOf(bytes: Uint8Array): FileSum {
  return { bytes: bytes.length, sha256: sha256(bytes) };
}

/** Reads a file of tensors, which must match the checksum if there is one; its size is checked first. */
export async function readTensorFile(
  path: string,
  sum: FileSum | undefined,
): Promise<E.Either<StoreError, Buffer>> {
  const malformed = (message: string): E.Either<StoreError, never> =>
    E.left({ _tag: 'MalformedCheckpoint', path, message });
  const { size } = await stat(path);
  if (sum !== undefined && size !== sum.bytes) {
    return malformed(`has ${size} bytes where ${sum.bytes} were written`);
  }
  try {
    const bytes = await readRegularFile(path, MAX_TENSOR_FILE_BYTES);
    const fault = sum && mismatch(bytes, sum);
    return fault === undefined ? E.right(bytes) : malformed(fault);
  } catch (thrown) {
    if (thrown instanceof FileTooLarge) return malformed(thrown.message);
    throw thrown;
  }
}

/** Why `bytes` do not match the checksum; undefined if they do. */
function mismatch(bytes: Uint8Array, sum: FileSum): string | undefined {
  if (bytes.length !== sum.bytes) return `has ${bytes.length} bytes where ${sum.bytes} were written`;
  const found = sha256(bytes);
  return found === sum.sha256
    ? undefined
    : `was altered: its SHA-256 is ${found}, that of what was written is ${sum.sha256}`;
}

/** The manifest as written to its file, with a checksum over itself. */
export function encodeManifest(manifest: CheckpointManifest): string {
  return `${JSON.stringify({ ...manifest, sha256: sha256(JSON.stringify(manifest)) }, null, 2)}\n`;
}

/** Reads the manifest at `path`; undefined if there is none (a checkpoint written by another program). */
export async function readManifest(
  path: string,
): Promise<E.Either<StoreError, CheckpointManifest | undefined>> {
  let text: string;
  try {
    text = (await readRegularFile(path, MAX_RECORD_BYTES)).toString('utf8');
  } catch (thrown) {
    if (thrown instanceof FileTooLarge) {
      return E.left({ _tag: 'MalformedCheckpoint', path, message: thrown.message });
    }
    if (errorCode(thrown) === 'ENOENT') return E.right(undefined);
    throw thrown;
  }
  return decodeManifest(text, path);
}

function decodeManifest(text: string, path: string): E.Either<StoreError, CheckpointManifest> {
  const malformed = (message: string): E.Either<StoreError, never> =>
    E.left({ _tag: 'MalformedCheckpoint', path, message });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed(`is not JSON (${text.length} characters)`);
  }
  if (typeof value !== 'object' || value === null) return malformed('is not a JSON object');
  const { sha256: sum, ...manifest } = value as CheckpointManifest & { readonly sha256: unknown };
  if (manifest.format !== 1) {
    return malformed(`has format ${JSON.stringify(manifest.format)}; this version reads format 1`);
  }
  if (sum !== sha256(JSON.stringify(manifest))) return malformed('was altered: its own SHA-256 does not fit');
  if (manifest.progress !== null) {
    const progress = decodeRunProgress(manifest.progress);
    if (E.isLeft(progress)) return malformed(formatSpecErrors(progress.left));
  }
  return E.right(manifest);
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
