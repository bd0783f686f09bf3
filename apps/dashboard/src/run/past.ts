import type { MetricsEvent, RunEvent, RunOutline } from '@grokscope/schema';
import { forEachName, outlineColumns } from '@grokscope/schema';
import type { PastEvents } from '../connection/connection.js';
import type { Sent } from '../connection/wire.js';
import { decodeEvent, isFields, isWhole } from '../connection/wire.js';

type Cells = readonly (number | null)[];

const cellsOf = (value: unknown): Cells | null =>
  Array.isArray(value) && value.every((cell) => cell === null || typeof cell === 'number')
    ? (value as Cells)
    : null;

/** The kept measurements as events; null if the columns do not form a table. */
const rowsOf = (runId: string, seq: number, value: unknown): MetricsEvent[] | null => {
  if (!isFields(value)) return null;
  const table: Sent<RunOutline['metrics']> = value;
  const steps = cellsOf(table.step);
  const columns = forEachName(outlineColumns, (name) => cellsOf(table[name]));
  if (steps === null || outlineColumns.some((name) => columns[name]?.length !== steps.length)) return null;
  return steps.map((step, i) => ({
    type: 'metrics',
    runId,
    seq,
    time: '',
    step: step ?? 0,
    ...forEachName(outlineColumns, (name) => columns[name]?.[i] ?? null),
    stepsPerSecond: null,
  }));
};

const readable = (value: unknown): RunEvent[] => {
  const event = decodeEvent(value);
  return event._tag === 'Right' && event.right.type !== 'unread' ? [event.right] : [];
};

/**
 * The past of a run from a response of `GET /api/runs/:id/outline`: all other facts first, then the measurements, the
 * newest of them complete. An event that this page cannot read is left out, like a live one.
 */
export const pastOf = (runId: string, body: unknown): PastEvents | null => {
  if (!isFields(body)) return null;
  const { seq, events, metrics, newest }: Sent<RunOutline> = body;
  if (!isWhole(seq) || !Array.isArray(events)) return null;
  const rows = rowsOf(runId, seq, metrics);
  if (rows === null) return null;
  return { seq, events: [...events.flatMap(readable), ...rows, ...readable(newest)] };
};
