import { shortName } from '@grokscope/experiments';
import { describeChanges } from '@grokscope/schema';
import type { SweepPlan, SweepRow } from '@grokscope/experiments';
import { csvLines } from '@grokscope/formats';

/** The facts of `ended` that a table shows, in order. */
const ENDED_COLUMNS = [
  'reason',
  'step',
  'elapsedMs',
  'stepsPerSecond',
  'stepMemorized',
  'stepGeneralized',
  'finalTrainLoss',
  'finalTestLoss',
  'finalTestAccuracy',
] as const;

/**
 * Returns every run as a row of text cells under a header: the varied paths, the seed, the facts of `ended`, the steps
 * at which the finding's loss fell below its thresholds, the run's id, its message, and the settings changed while it
 * ran. A missing value is an empty cell.
 */
export function sweepTable(
  { spec, paths }: SweepPlan,
  rows: readonly SweepRow[],
): readonly (readonly string[])[] {
  const thresholds = (spec.finding?.thresholds ?? []).map(String);
  const loss = spec.finding?.statistic.replace(/Below$/, '') ?? '';
  const header = [
    ...paths,
    'model.seed',
    ...ENDED_COLUMNS,
    ...thresholds.map((threshold) => `${loss}Below${threshold}`),
    'runId',
    'message',
    'changes',
  ];
  const body = rows.map((row) => [
    ...paths.map((path) => text(row.values[path])),
    text(row.seed),
    ...ENDED_COLUMNS.map((column) => text(row[column])),
    ...thresholds.map((threshold) => text(row.stepBelow[threshold])),
    row.runId,
    text(row.message),
    describeChanges(row.changes),
  ]);
  return [header, ...body];
}

const text = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/**
 * Returns CSV with a header, RFC 4180: comma, quotes where needed, lines ended by CR LF; texts as `csvField` writes
 * them.
 */
export function csv(rows: readonly (readonly string[])[]): string {
  return csvLines(rows, '\r\n');
}

/** Describes the differences of a run from the others of its sweep in a few words: `weightDecay 0.3, seed 1`. */
export function describeCell(
  row: Pick<SweepRow, 'values' | 'seed'>,
  { paths, spec }: Pick<SweepPlan, 'paths' | 'spec'>,
): string {
  const parts = paths.map((path) => `${shortName(path, paths)} ${text(row.values[path]) || 'none'}`);
  return [...parts, ...(spec.seeds.length > 1 || parts.length === 0 ? [`seed ${row.seed}`] : [])].join(', ');
}
