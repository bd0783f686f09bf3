import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import { errorCode } from './errors.js';
import { EventLines, MalformedLine } from './event-lines.js';
import type { IndexDatabase, IndexedRun } from './index-database.js';
import { inTransaction, removeRun, rowOf, saveRow } from './index-database.js';
import type { FoundRun } from './index-look.js';
import { appendSeries } from './index-series.js';
import { originOf } from './provenance-of.js';
import { hasGrown, isUnchanged, stampOf, sumBefore } from './read-mark.js';
import type { FileStamp } from './read-mark.js';
import { openRegular } from './read-within.js';
import { readNotes } from './run-notes.js';
import type { RunNotes } from './run-notes.js';
import { EVENTS_FILE, readRunRecord } from './run-record.js';
import type { RunRecord } from './run-record.js';
import type { RunFacts } from './run-summary.js';
import { addEvents, noFacts } from './run-summary.js';

const PIECE_BYTES = 4 << 20;

/** Reads on where the index ended, or from the beginning where the events are not those that it knew. */
export async function indexRun(db: IndexDatabase, root: string, found: FoundRun): Promise<void> {
  const { runId } = found;
  const folder = join(root, runId);
  const record = await readRunRecord(root, runId);
  if (E.isLeft(record)) return removeRun(db, runId);
  const notes = await readNotes(folder);
  const file = await openOrUndefined(join(folder, EVENTS_FILE));
  try {
    await indexEvents(db, { found, record: record.right, notes }, file);
  } finally {
    await file?.close();
  }
}

interface Described {
  readonly found: FoundRun;
  readonly record: RunRecord;
  readonly notes: RunNotes;
}

async function indexEvents(db: IndexDatabase, described: Described, file: FileHandle | undefined) {
  const { record } = described;
  const { runId } = record;
  // Looked at again: another process may have indexed on since.
  const known = rowOf(db, runId);
  const stamp = file === undefined ? null : stampOf(await file.stat());
  const isKnown = known !== undefined && (await isContinued(known, record, file, stamp));
  if (known !== undefined && !isKnown) removeRun(db, runId);
  let { size: offset, points } = isKnown ? known : { size: 0, points: 0 };
  let facts = isKnown ? (JSON.parse(known.facts) as RunFacts) : noFacts;
  const lines = new EventLines(-1, facts.lastSeq + 1);
  const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, (stamp?.bytes ?? 0) - offset)));
  for (let isMore = true; isMore;) {
    const read = await readWholeLines(file, piece, offset, lines);
    facts = addEvents(facts, read.events);
    offset += read.bytes;
    isMore = read.problem === null && read.bytes > 0;
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

/** Whether what is indexed of a run still is the beginning of its events. */
async function isContinued(
  known: IndexedRun,
  { createdAt }: RunRecord,
  file: FileHandle | undefined,
  stamp: FileStamp | null,
): Promise<boolean> {
  const before = JSON.parse(known.events_stamp) as FileStamp | null;
  // What is damaged is read again from its beginning.
  if (known.created_at !== createdAt || known.problem !== null) return false;
  if (isUnchanged(before, stamp)) return true;
  if (file === undefined || !hasGrown(before, stamp)) return false;
  return (await sumBefore(file, known.size)) === known.events_sum;
}

type Indexed = Pick<IndexedRun, 'size' | 'points' | 'problem'> & { readonly facts: RunFacts };

function rowFor({ found, record, notes }: Described, { facts, ...indexed }: Indexed) {
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

interface Read {
  readonly events: readonly RunEvent[];
  /** Of the lines that hold them. */
  readonly bytes: number;
  readonly problem: string | null;
}

/** Whole lines only, so that what is read on begins at one. */
async function readWholeLines(
  file: FileHandle | undefined,
  piece: Buffer,
  offset: number,
  lines: EventLines,
): Promise<Read> {
  if (file === undefined) return { events: [], bytes: 0, problem: null };
  const { bytesRead } = await file.read(piece, 0, piece.length, offset);
  try {
    const events = lines.push(piece.subarray(0, bytesRead));
    return { events, bytes: bytesRead - lines.dropRest(), problem: null };
  } catch (thrown) {
    if (!(thrown instanceof MalformedLine)) throw thrown;
    const problem = `${EVENTS_FILE}, line ${thrown.line}: ${thrown.message}`;
    return { events: thrown.before, bytes: 0, problem };
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

/** The spec stands in `run.json`; a thousand of them would slow the list. */
function withoutSpec(facts: RunFacts): unknown {
  if (facts.started === null) return facts;
  const { engine, threads } = facts.started;
  return { ...facts, started: { engine, threads } };
}
