import type { TaskStructure } from './structure.js';

/** Some examples, row by row. */
export interface ExampleRows {
  /** `[n, nCtx]` int32, row-major. */
  readonly tokens: Int32Array;
  /** `[n, nScored]` int32, row-major: the token wanted after each scored position. */
  readonly labels: Int32Array;
  /**
   * The positions the loss reads, int32, ascending: `[nScored]` where they are the same in every example, else
   * `[n, nScored]`. Which of the two is a property of the task (`positionsVary`).
   */
  readonly scoredPositions: Int32Array;
}

/** The operands of an example, which are its first tokens, and the possible answers. */
export interface Operands {
  /** Operands in each example. */
  readonly count: number;
  /** Operands are tokens below this. */
  readonly values: number;
  /** Answers are tokens below this. */
  readonly answers: number;
}

/** The facts about a task that do not depend on its individual examples. */
export interface TaskShape {
  readonly kind: string;
  /** One sentence: what a network that solves this has learned. */
  readonly teaches: string;
  /** The modulus, if the task has one: the pair (a, b) then has index a·p + b (see `pair-task.ts`). */
  readonly p?: number;
  /** Number of input tokens. */
  readonly dVocab: number;
  /** Number of output logits. */
  readonly dVocabOut: number;
  /** Tokens in each example. */
  readonly nCtx: number;
  /** Scored positions in each example. */
  readonly nScored: number;
  /** Whether each example has scored positions of its own. */
  readonly positionsVary: boolean;
  /**
   * Present where every example is some operands, then a token that asks, and one token answers: `a, b, =`. Models that
   * read operands by themselves, or answer in classes, need it.
   */
  readonly operands?: Operands;
  /** `[dVocab]` readable tokens. */
  readonly vocabulary: readonly string[];
}

/**
 * The examples of a task that are kept, and which of them are trained on: pure data, the same for the same spec.
 *
 * Of a full table all examples are kept. Of a task that draws its examples those kept are the training examples, then
 * the held-out ones; with infinite data (`stream`) the first are the first `TRAIN_SAMPLE` of the stream, by which the
 * training distribution is measured.
 */
export interface Dataset extends TaskShape, ExampleRows {
  /** Number of examples kept, trained on or not: N below, and n in `ExampleRows`. */
  readonly nExamples: number;
  /** `[nTrain]` int32, in the order of the split (not ascending). */
  readonly trainIndices: Int32Array;
  /** `[N − nTrain]` int32, in the order of the split; with `trainIndices` a partition of 0 … N−1. */
  readonly testIndices: Int32Array;
  /** What an analysis may use of the task; absent if nothing is known. */
  readonly structure?: TaskStructure;
  /** Infinite data only: the source of each step's examples. */
  readonly stream?: ExampleStream;
}

/**
 * `count` examples of an endless series, from its example number `first` on. Example i is a function of the seed and i
 * alone, so that a run resumed at any step sees the same examples and no sampler has a state; none of them is one of
 * the held-out examples.
 */
export type ExampleStream = (first: number, count: number) => ExampleRows;
