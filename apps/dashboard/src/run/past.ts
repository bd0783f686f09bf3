import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import type { PastEvents } from '../connection/connection.js';
import { decodeEvent, isFields } from '../connection/wire.js';

const COLUMNS = ['trainLoss', 'testLoss', 'trainAccuracy', 'testAccuracy', 'sumSquaredWeights'] as const;

type Cells = readonly (number | null)[];

const cellsOf = (value: unknown): Cells | null =>
  Array.isArray(value) && value.every((cell) => cell === null || typeof cell === 'number')
    ? (value as Cells)
    : null;

/** The kept measurements as events; null where the columns are not those of one table. */
const rowsOf = (runId: string, seq: number, value: unknown): MetricsEvent[] | null => {
  if (!isFields(value)) return null;
  const steps = cellsOf(value['step']);
  const columns = COLUMNS.map((name) => cellsOf(value[name]));
  if (steps === null || columns.some((column) => column?.length !== steps.length)) return null;
  const [trainLoss, testLoss, trainAccuracy, testAccuracy, sumSquaredWeights] = columns.map(
    (column) => (i: number) => column?.[i] ?? null,
  ) as [Cell, Cell, Cell, Cell, Cell];
  return steps.map((step, i) => ({
    type: 'metrics',
    runId,
    seq,
    time: '',
    step: step ?? 0,
    trainLoss: trainLoss(i),
    testLoss: testLoss(i),
    trainAccuracy: trainAccuracy(i),
    testAccuracy: testAccuracy(i),
    sumSquaredWeights: sumSquaredWeights(i),
    stepsPerSecond: null,
  }));
};

type Cell = (i: number) => number | null;

const readable = (value: unknown): RunEvent[] => {
  const event = decodeEvent(value);
  return event._tag === 'Right' && event.right.type !== 'unread' ? [event.right] : [];
};

/**
 * The past of a run from an answer of `GET /api/runs/:id/outline`: all other facts first, then the measurements, the
 * newest of them whole. An event that this page cannot read is left out, as one that comes live is.
 */
export const pastOf = (runId: string, body: unknown): PastEvents | null => {
  if (!isFields(body) || !Number.isInteger(body['seq']) || !Array.isArray(body['events'])) return null;
  const seq = body['seq'] as number;
  const rows = rowsOf(runId, seq, body['metrics']);
  if (rows === null) return null;
  return { seq, events: [...body['events'].flatMap(readable), ...rows, ...readable(body['newest'])] };
};
