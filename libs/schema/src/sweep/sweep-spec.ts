import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, integer, numberAbove, oneOf, text } from '../decoding/fields.js';
import type { SpecInput } from '../spec/run-spec.js';
import { UseSchema } from '../spec/spec-schema.js';

/*
 * The SweepSpec: many runs in one description. A sweep file holds one. Its paths and values are interpreted by the
 * decoder of RunSpec, cell by cell, once the sweep is expanded.
 */

/** The statistics that a finding can draw. */
export const findingStatistics = [
  'stepGeneralized',
  'stepMemorized',
  'grokkingDelay',
  'stepTestLossBelow',
  'stepTrainLossBelow',
  'finalTestLoss',
  'finalTrainLoss',
  'finalTestAccuracy',
] as const;

/** The statistics that need `thresholds`. */
export const thresholdStatistics: readonly string[] = ['stepTestLossBelow', 'stepTrainLossBelow'];

/** The most runs a sweep may have. */
export const MAX_RUNS = 5000;
/** The most paths that may vary in one sweep: each is a column of its table. */
export const MAX_PATHS = 100;

const point = Type.Tuple([
  Type.Union([Type.Number(), Type.String({ minLength: 1, maxLength: 200 })]),
  Type.Number(),
]);

/** Values published elsewhere, drawn beside the sweep's own. */
const PublishedSchema = closed({
  /** Their source. */
  source: text(500),
  /** Pairs `[value of the varied setting, value of the statistic]`. */
  points: Type.Array(point, {
    minItems: 1,
    maxItems: 1000,
    allowed: 'a list of pairs [what was varied, the value found], such as [[0.3, 7583]]',
  }),
  /** The threshold they belong to, if the statistic has thresholds. */
  threshold: Type.Optional(numberAbove(0)),
});

const path = (what: string) =>
  Type.String({ minLength: 1, maxLength: 200, allowed: `a spec path, ${what}, such as data.trainFraction` });

const FindingSchema = closed({
  statistic: oneOf(...findingStatistics),
  /** Losses; each gets a panel of the figure. */
  thresholds: Type.Optional(
    Type.Array(Type.Number({ exclusiveMinimum: 0 }), {
      minItems: 1,
      maxItems: 4,
      uniqueItems: true,
      allowed: 'a list of one to four different losses above 0',
    }),
  ),
  /** The varied path along the x axis; default: the first. */
  against: Type.Optional(path('one that is varied')),
  /** The varied path that distinguishes curves; default: all others. */
  by: Type.Optional(path('one that is varied')),
  /** The scale of the x axis; default: the one that suits the values. */
  scale: Type.Optional(oneOf('linear', 'log', 'even')),
  published: Type.Optional(
    Type.Array(PublishedSchema, {
      minItems: 1,
      maxItems: 20,
      allowed:
        'a list of objects with source, points [[x, value], …] and, where there are thresholds, threshold',
    }),
  ),
});

/** The fields of a sweep file, as a JSON Schema. */
export const SweepSpecSchema = closed({
  name: text(100),
  /** Files whose parts its runs may name. */
  use: Type.Optional(UseSchema),
  /** A preset's name, or a RunSpec. */
  base: Type.Union([Type.String({ minLength: 1, maxLength: 200 }), Type.Object({})], {
    allowed: 'the name of a preset, or a RunSpec',
  }),
  /** A grid: every combination of the values. */
  vary: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Unknown(), { minItems: 1 }))),
  /** Single cases, in place of a grid. */
  cases: Type.Optional(Type.Array(Type.Record(Type.String(), Type.Unknown()), { minItems: 1 })),
  /** Unique, a rule the decoder adds: TypeBox would compare every pair. */
  seeds: Type.Array(integer(0), {
    minItems: 1,
    maxItems: MAX_RUNS,
    allowed: `a list of 1 to ${MAX_RUNS} integers, each at least 0`,
  }),
  finding: Type.Optional(FindingSchema),
});

/** The statistic of the runs that the figure shows, and the variable it is plotted against. */
export type FindingSpec = Static<typeof FindingSchema>;
/** The statistic to plot. */
export type FindingStatistic = FindingSpec['statistic'];
/** Values published elsewhere. */
export type PublishedSpec = Static<typeof PublishedSchema>;

/** Many runs: a base, the settings that vary over it, and the seeds of each. */
export interface SweepSpec {
  readonly name: string;
  /** Files of parts that are not built in. */
  readonly use?: readonly string[];
  readonly base: string | Readonly<Record<string, unknown>>;
  /** Values by spec path; every combination is a case. */
  readonly vary?: Readonly<Record<string, readonly unknown[]>>;
  /** Values by spec path; each object is a case. */
  readonly cases?: readonly Readonly<Record<string, unknown>>[];
  /** `model.seed` of the runs of each case. */
  readonly seeds: readonly number[];
  readonly finding?: FindingSpec;
}

/** A SweepSpec as a user writes it: `seeds` may be left out. */
export interface SweepInput extends Omit<SweepSpec, 'seeds' | 'base'> {
  readonly base: string | SpecInput | Readonly<Record<string, unknown>>;
  readonly seeds?: readonly number[];
}
