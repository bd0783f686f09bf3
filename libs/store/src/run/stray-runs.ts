import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { errorCode } from '../errors.js';
import { MAX_RECORD_BYTES, readRegularFile } from '../disk/read-within.js';
import { isRunId } from './run-id.js';
import type { RunRecord } from './run-record.js';
import { RUN_FILE, readRunRecord } from './run-record.js';

/** A run in a folder that does not have its name: renamed or copied by hand. */
export interface StrayRun {
  readonly record: RunRecord;
  /** What is wrong, and what to do. */
  readonly problem: string;
}

/** The run in the folder `name` of `root`, if it belongs in a folder of another name. */
export async function strayRun(root: string, name: string): Promise<StrayRun | undefined> {
  const runId = await idInside(join(root, name, RUN_FILE));
  if (runId === undefined || runId === name || !isRunId(runId)) return undefined;
  const record = await readRunRecord(root, runId, name);
  if (E.isLeft(record)) return undefined;
  const isOriginalThere = await stat(join(root, runId, RUN_FILE)).then(
    () => true,
    () => false,
  );
  const problem = isOriginalThere
    ? `"${name}" is a copy of run "${runId}"; to use it, move it into another runs folder (--runs) and name it "${runId}" there`
    : `"${name}" is run "${runId}" under another name; to use it, rename the folder to "${runId}"`;
  return { record: record.right, problem };
}

async function idInside(path: string): Promise<string | undefined> {
  try {
    const value: unknown = JSON.parse((await readRegularFile(path, MAX_RECORD_BYTES)).toString('utf8'));
    const runId = typeof value === 'object' && value !== null && 'runId' in value ? value.runId : undefined;
    return typeof runId === 'string' ? runId : undefined;
  } catch {
    // Not a run, or one whose damage is reported when it is read.
    return undefined;
  }
}

/** The folders that may hold runs: those with the name of a run, and the others. */
export interface RunFolders {
  readonly named: readonly string[];
  readonly others: readonly string[];
}

/** The folders in `root`, empty if it does not exist; hidden ones are left out. */
export async function runFolders(root: string): Promise<RunFolders> {
  const entries = await readdir(root, { withFileTypes: true }).catch((thrown: unknown) => {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(join(root, entry.name))))) {
      names.push(entry.name);
    }
  }
  return { named: names.filter(isRunId), others: names.filter((name) => !isRunId(name)) };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
