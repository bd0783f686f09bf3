import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { MetricsEvent, RunEvent, RunNotes } from '@grokscope/schema';
import { errorCode } from '../errors.js';
import { EventCursor } from '../events/event-cursor.js';
import { MalformedLine, parseEventLine } from '../events/event-lines.js';
import type { IndexDatabase, IndexedRun } from './index-database.js';
import { inTransaction, removeRun, rowOf, saveRow } from './index-database.js';
import type { FoundRun } from './index-look.js';
import { appendSeries } from './index-series.js';
import { originOf } from '../run/provenance-of.js';
import { hasGrown, isUnchanged, stampOf, sumBefore } from '../events/read-mark.js';
import type { FileStamp } from '../events/read-mark.js';
import { openRegular } from '../disk/read-within.js';
import { readNotes } from '../run/run-notes.js';
import { EVENTS_FILE, readRunRecord } from '../run/run-record.js';
import type { RunRecord } from '../run/run-record.js';
import type { RunFacts } from '../run/run-summary.js';
import { addEvents, noFacts } from '../run/run-summary.js';

const PIECE_BYTES = 4 << 20;

/** Reads on where the index ended, or from the beginning if the events are not those it knew. */
export async function indexRun(db: IndexDatabase, root: string, found: FoundRun): Promise<void> {
  const { runId } = found;
  const folder = join(root, runId);
  const record = await readRunRecord(root, runId);
  if (E.isLeft(record)) return removeRun(db, runId);
  const notes = await readNotes(folder);
  const file = await openOrUndefined(join(folder, EVENTS_FILE));
  try {
    await indexEvents(db, folder, { found, record: record.right, notes }, file);
  } finally {
    await file?.close();
  }
}

interface RunDescription {
  readonly found: FoundRun;
  readonly record: RunRecord;
  readonly notes: RunNotes;
}

async function indexEvents(
  db: IndexDatabase,
  folder: string,
  described: RunDescription,
  file: FileHandle | undefined,
): Promise<void> {
  const { record } = described;
  const { runId } = record;
  // Checked again, since another process may have indexed more meanwhile.
  const known = rowOf(db, runId);
  const stamp = file === undefined ? null : stampOf(await file.stat());
  const isKnown = known !== undefined && (await isContinued(known, record, file, stamp));
  if (known !== undefined && !isKnown) removeRun(db, runId);
  let { size: offset, points } = isKnown ? known : { size: 0, points: 0 };
  let facts = isKnown ? (JSON.parse(known.facts) as RunFacts) : noFacts;
  const cursor = new EventCursor(folder, { seq: facts.lastSeq + 1, offset });
  for (let isMore = true; isMore;) {
    const read = await readPage(file, cursor);
    facts = addEvents(facts, read.events);
    // A damaged file is not read further.
    if (read.problem === null) offset = cursor.position.offset;
    isMore = read.problem === null && read.events.length > 0;
    const sum = file === undefined ? '' : await sumBefore(file, offset);
    const measured = read.events.filter((event): event is MetricsEvent => event.type === 'metrics');
    inTransaction(db, () => {
      if (measured.length > 0) appendSeries(db, runId, points, measured);
      points += measured.length;
      const indexed = { size: offset, points, facts, problem: read.problem };
      saveRow(db, { ...rowFor(described, indexed), events_stamp: JSON.stringify(stamp), events_sum: sum });
    });
  }
}

/** Whether what is indexed of a run is still the beginning of its events. */
async function isContinued(
  known: IndexedRun,
  { createdAt }: RunRecord,
  file: FileHandle | undefined,
  stamp: FileStamp | null,
): Promise<boolean> {
  const before = JSON.parse(known.events_stamp) as FileStamp | null;
  // A damaged entry is read again from its beginning.
  if (known.created_at !== createdAt || known.problem !== null) return false;
  if (isUnchanged(before, stamp)) return true;
  if (file === undefined || !hasGrown(before, stamp)) return false;
  return (await sumBefore(file, known.size)) === known.events_sum;
}

type IndexEntry = Pick<IndexedRun, 'size' | 'points' | 'problem'> & { readonly facts: RunFacts };

function rowFor({ found, record, notes }: RunDescription, { facts, ...indexed }: IndexEntry) {
  return {
    id: record.runId,
    name: record.name,
    task: record.spec.task.kind,
    created_at: record.createdAt,
    steps: record.spec.training.steps,
    record_stamp: found.stamp,
    quiet_since: facts.ended === null ? null : found.quietSince,
    has_ended: facts.ended === null ? (0 as const) : (1 as const),
    facts: JSON.stringify(withoutSpec(facts)),
    notes: JSON.stringify(notes),
    origin: JSON.stringify(originOf(record)),
    ...indexed,
  };
}

interface EventBatch {
  readonly events: readonly RunEvent[];
  readonly problem: string | null;
}

/** The next events; if a line is damaged, those before it. */
async function readPage(file: FileHandle | undefined, cursor: EventCursor): Promise<EventBatch> {
  const events: RunEvent[] = [];
  if (file === undefined) return { events, problem: null };
  try {
    for (const line of await cursor.nextOf(file, PIECE_BYTES)) events.push(parseEventLine(line));
    return { events, problem: null };
  } catch (thrown) {
    if (!(thrown instanceof MalformedLine)) throw thrown;
    return { events, problem: `${EVENTS_FILE}, line ${thrown.line}: ${thrown.message}` };
  }
}

async function openOrUndefined(path: string): Promise<FileHandle | undefined> {
  try {
    return await openRegular(path);
  } catch (thrown) {
    if (errorCode(thrown) === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** The spec stays in `run.json`; a thousand specs would slow the list. */
function withoutSpec(facts: RunFacts): unknown {
  if (facts.started === null) return facts;
  const { engine, threads, toldTask } = facts.started;
  const told = toldTask ? { toldTask: { title: toldTask.title } } : {};
  return { ...facts, started: { engine, threads, ...told } };
}
