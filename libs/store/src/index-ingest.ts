import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import { errorCode } from './errors.js';
import { EventLines, MalformedLine } from './event-lines.js';
import type { IndexDatabase } from './index-database.js';
import { inTransaction, removeRun, rowOf, saveRow } from './index-database.js';
import type { FoundRun } from './index-look.js';
import { appendSeries } from './index-series.js';
import { originOf } from './provenance-of.js';
import { readNotes } from './run-notes.js';
import { EVENTS_FILE, readRunRecord } from './run-record.js';
import type { RunFacts } from './run-summary.js';
import { addEvents, noFacts } from './run-summary.js';

const PIECE_BYTES = 4 << 20;

/** Reads on where the index ended, or from the beginning where the run is not the one it knew. */
export async function indexRun(
  db: IndexDatabase,
  root: string,
  { runId, stamp, quietSince }: FoundRun,
): Promise<void> {
  const folder = join(root, runId);
  const record = await readRunRecord(root, runId);
  if (E.isLeft(record)) return removeRun(db, runId);
  const { name, createdAt, spec } = record.right;
  const notes = JSON.stringify(await readNotes(folder));
  const origin = JSON.stringify(originOf(record.right));
  const file = await openOrUndefined(join(folder, EVENTS_FILE));
  // Looked at again: another process may have indexed on since.
  const size = (await file?.stat())?.size ?? 0;
  const known = rowOf(db, runId);
  const isSame =
    known !== undefined && known.created_at === createdAt && known.problem === null && known.size <= size;
  if (known !== undefined && !isSame) removeRun(db, runId);
  let offset = isSame ? known.size : 0;
  let points = isSame ? known.points : 0;
  let facts = isSame ? (JSON.parse(known.facts) as RunFacts) : noFacts;
  let problem: string | null = null;
  const lines = new EventLines(-1, facts.lastSeq + 1);
  const store = (events: readonly RunEvent[]): void => {
    facts = addEvents(facts, events);
    const measured = events.filter((event): event is MetricsEvent => event.type === 'metrics');
    inTransaction(db, () => {
      if (measured.length > 0) appendSeries(db, runId, points, measured);
      points += measured.length;
      saveRow(db, {
        id: runId,
        name,
        task: spec.task.kind,
        created_at: createdAt,
        steps: spec.training.steps,
        record_stamp: stamp,
        quiet_since: facts.ended === null ? null : quietSince,
        has_ended: facts.ended === null ? 0 : 1,
        size: offset,
        points,
        facts: JSON.stringify(withoutSpec(facts)),
        notes,
        origin,
        problem,
      });
    });
  };
  if (file === undefined) store([]);
  else {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, Math.max(1, size - offset)));
    for (let isMore = true; isMore;) {
      const read = await readWholeLines(file, piece, offset, lines);
      if ('problem' in read) problem = read.problem;
      // What is damaged is read again, from its beginning, once its size is another.
      offset = 'problem' in read ? size : offset + read.bytes;
      store(read.events);
      isMore = 'bytes' in read && read.bytes > 0;
    }
  }
  await file?.close();
}

type Read = { readonly events: readonly RunEvent[] } & (
  { readonly bytes: number } | { readonly problem: string }
);

/** Whole lines only, so that what is read on begins at one. */
async function readWholeLines(
  file: FileHandle,
  piece: Buffer,
  offset: number,
  lines: EventLines,
): Promise<Read> {
  const { bytesRead } = await file.read(piece, 0, piece.length, offset);
  try {
    const events = lines.push(piece.subarray(0, bytesRead));
    return { events, bytes: bytesRead - lines.dropRest() };
  } catch (thrown) {
    if (!(thrown instanceof MalformedLine)) throw thrown;
    return { events: thrown.before, problem: `${EVENTS_FILE}, line ${thrown.line}: ${thrown.message}` };
  }
}

async function openOrUndefined(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
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
