import { builtIn } from '@grokscope/parts';
import type { Catalogue, FindingSpec, SweepSpec } from '@grokscope/schema';
import { variedPaths } from '@grokscope/schema';
import { shortName } from './expand-sweep.js';
import { describePath, describeStatistic } from './finding-words.js';
import type { Spread } from './statistics.js';
import { spreadOf } from './statistics.js';
import type { SweepRow } from './sweep-row.js';

/** The varied value as shown on the x axis. */
export type FindingX = number | string;

/** One run of a finding. */
export interface FindingPoint {
  readonly x: FindingX;
  /** The statistic; if the run never reached it, the steps it was trained for; null if there is neither. */
  readonly y: number | null;
  /** `failed`: the run diverged or failed and has no value. */
  readonly kind: 'reached' | 'notReached' | 'failed';
  readonly seed: number;
}

/** Runs that differ only in the value on the x axis and in their seeds. */
export interface FindingSeries {
  /** The values of the other varied paths; empty if there are none. */
  readonly label: string;
  readonly points: readonly FindingPoint[];
  /** Over the seeds, at each x in order. */
  readonly spread: readonly (Spread & { readonly x: FindingX })[];
}

/** One statistic (at one threshold) against the varied value. */
export interface FindingPanel {
  readonly title: string;
  readonly series: readonly FindingSeries[];
  readonly published: readonly {
    readonly source: string;
    readonly points: readonly (readonly [FindingX, number])[];
  }[];
}

/** The result of a sweep, ready to be drawn. */
export interface Finding {
  readonly title: string;
  readonly subtitle: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xScale: 'linear' | 'log' | 'even';
  readonly yScale: 'linear' | 'log';
  readonly panels: readonly FindingPanel[];
}

/** The default finding of a sweep. */
const DEFAULT_FINDING: FindingSpec = { statistic: 'stepGeneralized' };
/** Paths that determine how a run is watched or when it ends, not what it is. */
const NO_DIFFERENCE = /^(observe|training\.(steps|stopWhen))(\.|$)/;
/** A range above this ratio reads better on a logarithmic axis. */
const LOG_FROM = 15;

/**
 * The finding of a sweep from the rows of its runs, possibly only those that have ended so far. Runs whose settings
 * were changed while they ran no longer match their values: they are left out, and the subtitle gives their number.
 *
 * @param catalogue its tasks provide the titles of their parameters
 */
export function findingOf(
  spec: SweepSpec,
  all: readonly SweepRow[],
  catalogue: Pick<Catalogue, 'tasks'> = builtIn,
): Finding {
  const rows = all.filter(({ changes }) => changes.length === 0);
  const left = all.length - rows.length;
  const finding = spec.finding ?? DEFAULT_FINDING;
  const varied = variedPaths(spec);
  const against = finding.against ?? varied[0] ?? 'model.seed';
  const others = varied.filter(
    (path) => path !== against && !NO_DIFFERENCE.test(path) && tellsApart(rows, against, path),
  );
  const by = finding.by === undefined ? others : [finding.by].filter((path) => path !== against);
  const thresholds = finding.thresholds ?? [undefined];
  const panels = thresholds.map((threshold): FindingPanel => {
    const published = finding.published ?? [];
    return {
      title: describeStatistic(finding.statistic, threshold).title,
      series: seriesOf(rows, against, by, (row) => pointValue(row, finding.statistic, threshold)),
      published: published.filter((one) => (one.threshold ?? thresholds[0]) === threshold),
    };
  });
  const xs = panels.flatMap(({ series, published }) => [
    ...series.flatMap(({ points }) => points.map(({ x }) => x)),
    ...published.flatMap(({ points }) => points.map(([x]) => x)),
  ]);
  const ys = panels.flatMap(({ series }) =>
    series.flatMap(({ points }) => points.flatMap(({ y }) => y ?? [])),
  );
  const seeds = spec.seeds.length === 1 ? 'one seed' : `${spec.seeds.length} seeds`;
  const line = spec.seeds.length === 1 ? 'each point a run' : 'points are runs, the line is their median';
  return {
    title: spec.name,
    subtitle: `${typeof spec.base === 'string' ? `${spec.base}, ` : ''}${seeds}: ${line}${leftOut(left)}`,
    xTitle: describePath(against, catalogue),
    yTitle: describeStatistic(finding.statistic).axis,
    xScale: finding.scale ?? scaleFor(xs),
    yScale: finding.statistic === 'finalTestAccuracy' || ys.some((y) => y <= 0) ? 'linear' : 'log',
    panels,
  };
}

const leftOut = (runs: number): string =>
  runs === 0 ? '' : `; without ${runs === 1 ? 'a run' : `${runs} runs`} changed by hand`;

function seriesOf(
  rows: readonly SweepRow[],
  against: string,
  by: readonly string[],
  value: (row: SweepRow) => Omit<FindingPoint, 'x' | 'seed'>,
): FindingSeries[] {
  const labelOf = (row: SweepRow): string =>
    by.map((path) => `${shortName(path, by)} ${asText(valueAlong(row, path))}`).join(', ');
  return [...groupBy(rows, labelOf)].map(([label, members]) => {
    const points = members.map((row) => ({
      x: asX(valueAlong(row, against)),
      ...value(row),
      seed: row.seed,
    }));
    const atX = [...groupBy(points, ({ x }) => x)].sort(([a], [b]) => compareX(a, b));
    const spread = atX.map(([x, same]) => ({
      x,
      ...spreadOf(same.map(({ kind, y }) => (kind === 'reached' ? y : null))),
    }));
    return { label, points, spread };
  });
}

/**
 * Whether runs with the same x differ in `path`; a path that changes along with x (a batch size, say) distinguishes
 * nothing further.
 */
function tellsApart(rows: readonly SweepRow[], against: string, path: string): boolean {
  const atX = groupBy(rows, (row) => asText(valueAlong(row, against)));
  return [...atX.values()].some((same) => new Set(same.map((row) => asText(valueAlong(row, path)))).size > 1);
}

const valueAlong = (row: SweepRow, path: string): unknown =>
  path === 'model.seed' ? row.seed : row.values[path];

function pointValue(
  row: SweepRow,
  statistic: FindingSpec['statistic'],
  threshold: number | undefined,
): Omit<FindingPoint, 'x' | 'seed'> {
  const value = valueOf(row, statistic, threshold);
  if (value !== null) return { y: value, kind: 'reached' };
  const isFailed = row.reason === 'diverged' || row.reason === 'failed';
  // Where steps are shown, "not within N steps" also needs a place.
  const y = statistic.startsWith('final') || row.step === 0 ? null : row.step;
  return { y, kind: isFailed ? 'failed' : 'notReached' };
}

/** The statistic of one run; null if the run never reached it, or never measured it. */
export function valueOf(
  row: SweepRow,
  statistic: FindingSpec['statistic'],
  threshold?: number,
): number | null {
  switch (statistic) {
    case 'stepTestLossBelow':
    case 'stepTrainLossBelow':
      return row.stepBelow[String(threshold)] ?? null;
    case 'grokkingDelay':
      return row.stepGeneralized === null || row.stepMemorized === null
        ? null
        : row.stepGeneralized - row.stepMemorized;
    default:
      return row[statistic];
  }
}

function scaleFor(xs: readonly FindingX[]): Finding['xScale'] {
  const numbers = xs.filter((x) => typeof x === 'number');
  if (numbers.length < xs.length) return 'even';
  const sizes = numbers.filter((x) => x !== 0).map(Math.abs);
  if (Math.max(...sizes) / Math.min(...sizes) < LOG_FROM || sizes.length === 0) return 'linear';
  // Zero does not fit on a logarithmic axis, and a linear one would crowd the small values together.
  return numbers.every((x) => x > 0) ? 'log' : 'even';
}

function compareX(a: FindingX, b: FindingX): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : 0;
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
const asX = (value: unknown): FindingX => (typeof value === 'number' ? value : asText(value));

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
