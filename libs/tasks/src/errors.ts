import type { Tagged } from '@grokscope/base';

/** The fields of every error about a spec, named as in `@grokscope/schema`. */
interface AboutSpec {
  /** Dotted path in the spec. */
  readonly path: string;
  readonly value: unknown;
  readonly message: string;
  readonly allowed: string;
}

/** An expression that cannot be read. */
export interface ExpressionError extends Tagged<'ExpressionError'>, AboutSpec {
  /** Index of the offending character, counted from 0; the length of the expression at its end. */
  readonly at: number;
}

/** A split that would leave nothing to train on or nothing to test on. */
export interface EmptySplitError extends Tagged<'EmptySplitError'>, AboutSpec {
  readonly nExamples: number;
  readonly nTrain: number;
}

/** A task that cannot provide as many different examples as are wanted. */
export interface TooFewExamples extends Tagged<'TooFewExamples'>, AboutSpec {
  readonly wanted: number;
  readonly found: number;
}

/** A task whose part is not present. */
export interface UnknownTask extends Tagged<'UnknownTask'>, AboutSpec {}

/** A task that the spec's model cannot be trained on. */
export interface UnfitTask extends Tagged<'UnfitTask'>, AboutSpec {}

/** A file that a spec names and that is not what it should be, or was not read. */
export interface FileFault extends Tagged<'FileFault'>, AboutSpec {}

/** Why no data set could be made. */
export type TaskError =
  UnknownTask | ExpressionError | EmptySplitError | TooFewExamples | UnfitTask | FileFault;
