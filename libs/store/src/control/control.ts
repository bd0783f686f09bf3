import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RunCommand } from '@grokscope/schema';
import { diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { writeFileAtomic } from '../disk/files.js';
import { locateRun } from '../run/locate-run.js';
import { writerOfRun } from '../run/held.js';
import { createRunCatalogue } from '../index/list-runs.js';
import { FileTooLarge, NotAFile, readRegularFile } from '../disk/read-within.js';

/*
 * Commands reach a run, whatever started it, as files in its folder: any process that can write there can command it,
 * on every platform and over network disks, and no port is opened.
 */

const CONTROL_FOLDER = 'control';
/** The most bytes of a command, which is a single line; anything longer is not read. */
const MAX_BYTES = 4096;
let sent = 0;

/**
 * Leaves a command for the process that writes a run, which takes it within a fraction of a second, at the next step.
 * Errors: `InvalidRunId`, `RunNotFound`, `MalformedRun`, `RunNotLive`, `DiskFailure`.
 */
export function sendCommand(
  runsDir: string,
  runId: string,
  command: RunCommand,
): TE.TaskEither<StoreError, void> {
  return async () => {
    const found = await locateRun(runsDir, runId);
    if (E.isLeft(found)) return found;
    const { folder } = found.right;
    const control = join(folder, CONTROL_FOLDER);
    try {
      if ((await writerOfRun(folder)) === undefined) {
        const run = await createRunCatalogue(runsDir).get(runId)();
        return E.isLeft(run) ? run : E.left({ _tag: 'RunNotLive', runId, state: run.right.state });
      }
      await mkdir(control, { recursive: true, mode: 0o700 });
      const order = `${String(Date.now()).padStart(15, '0')}-${String(sent++).padStart(6, '0')}`;
      const name = `${order}-${randomBytes(4).toString('hex')}.json`;
      await writeFileAtomic(join(control, name), JSON.stringify(command));
      return E.right(undefined);
    } catch (thrown) {
      return E.left(diskFailure('leave a command in', control)(thrown));
    }
  };
}

/** The content of a file in `control/`: JSON, not decoded yet, or the reason why it could not be read. */
export type LeftCommand = { readonly value: unknown } | { readonly name: string; readonly problem: string };

/**
 * Takes the commands left for the run in `folder`, oldest first; each file is taken once, and decoded by the caller.
 * Only the run's writer may call it.
 */
export async function takeCommands(folder: string): Promise<readonly LeftCommand[]> {
  const control = join(folder, CONTROL_FOLDER);
  const left: LeftCommand[] = [];
  for (const name of await commandFiles(control)) {
    left.push(await readCommand(control, name));
    // Whatever is there: a folder of such a name would be found again and again.
    await rm(join(control, name), { recursive: true, force: true });
  }
  return left;
}

async function readCommand(control: string, name: string): Promise<LeftCommand> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(join(control, name), MAX_BYTES);
  } catch (thrown) {
    if (thrown instanceof FileTooLarge) return { name, problem: thrown.message };
    if (thrown instanceof NotAFile) return { name, problem: `is ${thrown.kind}, not a file` };
    throw thrown;
  }
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch {
    return { name, problem: 'is not JSON' };
  }
}

/** Removes commands left for a run that no process writes any more. */
export async function clearControl(folder: string): Promise<void> {
  await rm(join(folder, CONTROL_FOLDER), { recursive: true, force: true });
}

async function commandFiles(control: string): Promise<string[]> {
  try {
    return (await readdir(control)).filter((name) => name.endsWith('.json')).sort();
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return [];
    throw thrown;
  }
}
