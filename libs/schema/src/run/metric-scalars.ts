/*
 * The numbers of a `metrics` event, described once: the event's schema, the columns of tables, indexed curves, outlines,
 * TensorBoard's tags and the page's curves are all made from this list.
 */

/** How the page draws a number among the losses of a run. */
export interface ScalarCurve {
  readonly name: string;
  /** Its name in the line above the plot. */
  readonly readAs: string;
  readonly ink: 'train' | 'test';
  readonly width: number;
  /** The preferred position of its label along the width, from 0 to 1. */
  readonly nameAt: number;
}

/** A number that is measured at every step of `observe.metricsEvery`; null if it is not finite or not available. */
export interface ScalarInfo {
  /** Its key in the event, and its column in tables. */
  readonly name: string;
  /** Its name beside a value and at its curve. */
  readonly label: string;
  /** `1` for a pure number. */
  readonly unit: string;
  /** The smallest and the largest possible value; null for none. */
  readonly range: readonly [number | null, number | null];
  /** Its meaning, in Markdown: a sentence or two. */
  readonly note: string;
  /** Its tag in TensorBoard: two tags with a common prefix share a panel. */
  readonly tag: string;
  /**
   * What an outline, or a thinned curve, keeps of it: `extremes` in every stretch, `values` at the steps that are kept
   * anyway, or nothing.
   */
  readonly kept: 'extremes' | 'values' | 'nothing';
  /** For a number that the plot of losses shows. */
  readonly curve?: ScalarCurve;
}

const LOSS = (examples: string): string =>
  `Loss in nats (the one that \`training.loss\` names), the mean over the scored tokens of ${examples}, over **every** output logit, "=" among them. The train loss is what training makes smaller.`;
const ACCURACY = (examples: string): string =>
  `Share of the scored tokens of ${examples} whose largest logit is the right one, over every output logit.`;
const TRAIN = 'the training examples';
const TEST = 'the test examples';

/** The numbers of a `metrics` event, in the order in which tables show them. */
export const metricScalars = [
  {
    name: 'trainLoss',
    label: 'train loss',
    unit: 'nats',
    range: [0, null],
    note: LOSS(TRAIN),
    tag: 'loss/train',
    kept: 'extremes',
    curve: { name: 'train', readAs: 'train', ink: 'train', width: 2, nameAt: 0.42 },
  },
  {
    name: 'testLoss',
    label: 'test loss',
    unit: 'nats',
    range: [0, null],
    note: LOSS(TEST),
    tag: 'loss/test',
    kept: 'extremes',
    curve: { name: 'test', readAs: 'test', ink: 'test', width: 2, nameAt: 0.55 },
  },
  {
    name: 'trainAccuracy',
    label: 'train accuracy',
    unit: '1',
    range: [0, 1],
    note: ACCURACY(TRAIN),
    tag: 'accuracy/train',
    kept: 'extremes',
  },
  {
    name: 'testAccuracy',
    label: 'test accuracy',
    unit: '1',
    range: [0, 1],
    note: ACCURACY(TEST),
    tag: 'accuracy/test',
    kept: 'extremes',
  },
  {
    name: 'sumSquaredWeights',
    label: 'Σ w²',
    unit: '1',
    range: [0, null],
    note: 'Sum of the squares of all parameters.',
    tag: 'weights/sumSquared',
    kept: 'values',
  },
  {
    name: 'stepsPerSecond',
    label: 'steps per second',
    unit: 'steps/s',
    range: [0, null],
    note: 'Speed since the row before, without pauses.',
    tag: 'speed/stepsPerSecond',
    kept: 'nothing',
  },
] as const satisfies readonly ScalarInfo[];

type Described = (typeof metricScalars)[number];
/** The name of a number of a `metrics` event. */
export type MetricScalar = Described['name'];
/** The numbers of `metrics` events that an outline has, column by column. */
export type OutlineColumn = Extract<Described, { readonly kept: 'extremes' | 'values' }>['name'];
/** Those whose extremes are all kept. */
export type ExtremeColumn = Extract<Described, { readonly kept: 'extremes' }>['name'];

/** The names of the numbers of `metrics` events. */
export const metricNames: readonly MetricScalar[] = metricScalars.map(({ name }) => name);
/** The names of those that an outline has. */
export const outlineColumns: readonly OutlineColumn[] = metricScalars.flatMap((scalar) =>
  scalar.kept === 'nothing' ? [] : [scalar.name],
);
/** The names of those whose extremes an outline keeps. */
export const extremeColumns: readonly ExtremeColumn[] = metricScalars.flatMap((scalar) =>
  scalar.kept === 'extremes' ? [scalar.name] : [],
);

/** The description of a number of `metrics` events; undefined for any other name. */
export const scalarInfo = (name: string): ScalarInfo | undefined =>
  metricScalars.find((scalar) => scalar.name === name);

/** One value for each of these names, keyed by it and in their order. */
export const forEachName = <Name extends string, T>(
  names: readonly Name[],
  of: (name: Name) => T,
): Readonly<Record<Name, T>> =>
  Object.fromEntries(names.map((name) => [name, of(name)])) as Readonly<Record<Name, T>>;
