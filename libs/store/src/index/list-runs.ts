import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { RunNotes, RunSummary } from '@grokscope/schema';
import { describeStoreError, diskFailure, errorCode } from '../errors.js';
import type { StoreError } from '../errors.js';
import { EventCursor } from '../events/event-cursor.js';
import { MalformedLine } from '../events/event-lines.js';
import type { LockHolder } from '../lock/lock.js';
import { holderLife, readLock } from '../lock/lock.js';
import { eventPages } from '../events/read-events.js';
import { continues, hasGrown, isUnchanged, stampOf } from '../events/read-mark.js';
import type { FileStamp } from '../events/read-mark.js';
import { openRegular } from '../disk/read-within.js';
import { isRunId } from '../run/run-id.js';
import { noNotes, readNotes } from '../run/run-notes.js';
import type { RunRecord } from '../run/run-record.js';
import type { RunOrigin } from '../run/provenance-of.js';
import { originOf, ownOrigin } from '../run/provenance-of.js';
import { EVENTS_FILE, readRunRecord } from '../run/run-record.js';
import type { RunFacts } from '../run/run-summary.js';
import { addEvents, noFacts, stateOf } from '../run/run-summary.js';
import { runFolders, strayRun } from '../run/stray-runs.js';

export type { RunSummary } from '@grokscope/schema';

interface Progress {
  readonly cursor: EventCursor;
  /** The state of the file when it was last read. */
  stamp: FileStamp | null;
  facts: RunFacts;
  problem: string | null;
}

/**
 * The runs of one folder. Remembers how far it has read each events file, so that a further call reads only what is
 * new; a run that vanished is forgotten.
 */
export interface RunCatalogue {
  /** All runs, newest first; one that cannot be read has the reason as its `problem`. A missing folder has none. */
  list(): TE.TaskEither<StoreError, readonly RunSummary[]>;
  /** One run. Errors: `InvalidRunId`, `RunNotFound`, `MalformedRun`, `DiskFailure`. */
  get(runId: string): TE.TaskEither<StoreError, RunSummary>;
}

/** A catalogue that reads the folders themselves. */
export interface FolderCatalogue extends RunCatalogue {
  /** The list entry of a folder: undefined if it is not a run's, or is being created or deleted. Never rejects. */
  shown(name: string): Promise<RunSummary | undefined>;
}

/** Opens the catalogue of `runsDir`; nothing is read before the first call. */
export function createRunCatalogue(runsDir: string): FolderCatalogue {
  const root = resolve(runsDir);
  const known = new Map<string, Promise<Progress>>();

  const summarize = async (
    runId: string,
    record: RunRecord,
    misplaced: string | null = null,
  ): Promise<RunSummary> => {
    const folder = join(root, runId);
    const holder = await readLock(folder);
    // One reader at a time for each file: two would both add the same events.
    const reading = (known.get(runId) ?? Promise.resolve(freshProgress(folder))).then((progress) =>
      readOn(folder, progress),
    );
    known.set(
      runId,
      reading.catch(() => freshProgress(folder)),
    );
    const { name, createdAt, spec } = record;
    const notes = await readNotes(folder);
    const origin = originOf(record);
    const named = { runId, name, createdAt, task: spec.task.kind, steps: spec.training.steps, notes, origin };
    const { facts, problem } = await reading;
    const summary = summaryOf(named, holder, { facts, problem: misplaced ?? problem });
    return { ...summary, openable: misplaced === null };
  };

  const get: RunCatalogue['get'] = (runId) => async () => {
    if (!isRunId(runId)) return E.left({ _tag: 'InvalidRunId', runId });
    try {
      const record = await readRunRecord(root, runId);
      if (E.isRight(record)) return E.right(await summarize(runId, record.right));
      known.delete(runId);
      return record;
    } catch (thrown) {
      return E.left(diskFailure('read', join(root, runId))(thrown));
    }
  };

  const shown: FolderCatalogue['shown'] = async (name) => {
    try {
      const summary = isRunId(name) ? await get(name)() : undefined;
      if (summary !== undefined && E.isRight(summary)) return summary.right;
      const stray = await strayRun(root, name);
      if (stray !== undefined) return await summarize(name, stray.record, stray.problem);
      // A folder without a run.json is being created or deleted, or is not a run's.
      return summary === undefined || summary.left._tag === 'RunNotFound'
        ? undefined
        : damaged(name, summary.left);
    } catch (thrown) {
      return damaged(name, diskFailure('read', join(root, name))(thrown));
    }
  };

  return {
    get,
    shown,
    list: () =>
      TE.tryCatch(
        async () => {
          const summaries: RunSummary[] = [];
          const { named, others } = await runFolders(root);
          for (const name of [...named, ...others]) {
            const summary = await shown(name);
            if (summary !== undefined) summaries.push(summary);
          }
          return summaries.sort(newestFirst);
        },
        diskFailure('list the runs in', root),
      ),
  };
}

/** The runs of `runsDir`, newest first. */
export function listRuns(runsDir: string): TE.TaskEither<StoreError, readonly RunSummary[]> {
  return createRunCatalogue(runsDir).list();
}

/** The order of lists. */
export function newestFirst(a: RunSummary, b: RunSummary): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.runId < b.runId ? 1 : -1;
}

function freshProgress(folder: string): Progress {
  return { cursor: new EventCursor(folder), stamp: null, facts: noFacts, problem: null };
}

/** The facts of the events in `folder` so far: reads on, or starts again if they are not those that were read. */
async function readOn(folder: string, before: Progress): Promise<Progress> {
  let file;
  try {
    file = await openRegular(join(folder, EVENTS_FILE));
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return freshProgress(folder);
    throw thrown;
  }
  try {
    const stamp = stampOf(await file.stat());
    if (isUnchanged(before.stamp, stamp)) return before;
    const mayGoOn = before.problem === null && hasGrown(before.stamp, stamp);
    const isContinued = mayGoOn && (await continues(file, before.cursor.position));
    const progress = isContinued ? before : freshProgress(folder);
    progress.stamp = stamp;
    await readWhole(progress);
    return progress;
  } finally {
    await file.close();
  }
}

async function readWhole(progress: Progress): Promise<void> {
  try {
    for await (const events of eventPages(progress.cursor)) {
      progress.facts = addEvents(progress.facts, events);
    }
  } catch (thrown) {
    if (!(thrown instanceof MalformedLine)) throw thrown;
    progress.problem = `${EVENTS_FILE}, line ${thrown.line}: ${thrown.message}`;
  }
}

/** Nothing in its folder is reliable; a time before all others puts it last. */
export function damaged(runId: string, error: StoreError): RunSummary {
  const createdAt = new Date(0).toISOString();
  const record = { runId, name: runId, task: '', createdAt, notes: noNotes, origin: ownOrigin };
  const progress = { facts: noFacts, problem: describeStoreError(error) };
  return { ...summaryOf({ ...record, steps: 0 }, undefined, progress), state: 'failed', openable: false };
}

type RunIdentity = Pick<RunRecord, 'runId' | 'name' | 'createdAt'> & {
  readonly task: string;
  readonly steps: number;
  readonly notes: RunNotes;
  readonly origin: RunOrigin;
};

/** One line of the list, from a run's events and its holder. */
export function summaryOf(
  record: RunIdentity,
  holder: LockHolder | undefined,
  progress: Pick<Progress, 'facts' | 'problem'>,
): RunSummary {
  const { facts, problem } = progress;
  const life = holder === undefined ? 'dead' : holderLife(holder);
  const taskTitle = facts.started?.toldTask?.title;
  return {
    runId: record.runId,
    name: record.name,
    task: record.task,
    ...(taskTitle === undefined ? {} : { taskTitle }),
    state: stateOf(facts, holder, Date.now()),
    step: facts.step,
    steps: record.steps,
    createdAt: record.createdAt,
    updatedAt: facts.lastTime ?? record.createdAt,
    engine: facts.started?.engine ?? null,
    threads: facts.started?.threads ?? null,
    lastSeq: facts.lastSeq,
    trainLoss: facts.metrics?.trainLoss ?? null,
    testLoss: facts.metrics?.testLoss ?? null,
    trainAccuracy: facts.metrics?.trainAccuracy ?? null,
    testAccuracy: facts.metrics?.testAccuracy ?? null,
    stepMemorized: facts.stepMemorized,
    stepGeneralized: facts.stepGeneralized,
    reason: facts.ended?.reason ?? null,
    holder: holder !== undefined && life !== 'dead' ? holder : null,
    ...record.notes,
    ...record.origin,
    changes: facts.changes,
    problem: problem ?? copyProblem(record.runId, holder),
    openable: true,
  };
}

/** A folder copied while its run was live is marked as such, since its events may be cut off anywhere. */
function copyProblem(runId: string, holder: LockHolder | undefined): string | null {
  return holder?.copiedFrom === undefined
    ? null
    : `copied from ${holder.copiedFrom} while process ${holder.pid} wrote the run there; \`grokscope run --resume ${runId}\` goes on with this copy`;
}
