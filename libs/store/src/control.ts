import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import type { RunCommand } from '@grokscope/schema';
import { decodeRunCommand } from '@grokscope/schema';
import { diskFailure, errorCode } from './errors.js';
import type { StoreError } from './errors.js';
import { writeFileAtomic } from './files.js';
import { locateRun } from './locate-run.js';
import { writerOfRun } from './held.js';
import { createRunCatalogue } from './list-runs.js';
import { FileTooLarge, NotAFile, readRegularFile } from './read-within.js';

/*
 * Commands reach a run, whoever started it, as files in its folder: who may write there may command it, on every
 * platform and over network disks, and nothing listens on a port.
 */

const CONTROL_FOLDER = 'control';
/** A command is a line; anything longer is not read. */
const MAX_BYTES = 4096;
let sent = 0;

/**
 * Leaves a command for the process that writes a run; it is taken within a fraction of a second, at the next step.
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

/**
 * Takes the commands left for the run in `folder`, oldest first; each is taken once, and a file that holds none is
 * removed. Only the run's writer may call it.
 */
export async function takeCommands(folder: string): Promise<readonly RunCommand[]> {
  const control = join(folder, CONTROL_FOLDER);
  const commands: RunCommand[] = [];
  for (const name of await commandFiles(control)) {
    const path = join(control, name);
    const bytes = await readRegularFile(path, MAX_BYTES).catch((thrown: unknown) => {
      if (thrown instanceof FileTooLarge || thrown instanceof NotAFile) return undefined;
      throw thrown;
    });
    await rm(path, { recursive: true, force: true });
    const command = bytes && parseCommand(bytes.toString('utf8'));
    if (command !== undefined) commands.push(command);
  }
  return commands;
}

/** Removes what was left for a run that no process wrote any more. */
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

function parseCommand(text: string): RunCommand | undefined {
  try {
    const command = decodeRunCommand(JSON.parse(text));
    return E.isRight(command) ? command.right : undefined;
  } catch {
    return undefined;
  }
}
