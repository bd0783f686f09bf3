/** All examples of a task and which of them are trained on: pure data, the same for the same spec. */
export interface Dataset {
  readonly kind: string;
  /** One sentence: what a network that solves this has learned. */
  readonly teaches: string;
  /** The modulus, where the task has one. */
  readonly p?: number;
  /** Number of input tokens. */
  readonly dVocab: number;
  /** Number of output logits. */
  readonly dVocabOut: number;
  /** Tokens an example. */
  readonly nCtx: number;
  /** `[dVocab]` readable tokens. */
  readonly vocabulary: readonly string[];
  /** Number of examples, trained on or not: N below. */
  readonly nExamples: number;
  /** `[N, nCtx]` int32, row-major. */
  readonly tokens: Int32Array;
  /** `[N, nScored]` int32, row-major: the token wanted after each scored position. */
  readonly labels: Int32Array;
  /** `[nScored]` int32: the positions the loss reads, the same in every example. */
  readonly scoredPositions: Int32Array;
  /** `[nTrain]` int32, in the order of the split (not ascending). */
  readonly trainIndices: Int32Array;
  /** `[N − nTrain]` int32, in the order of the split; with `trainIndices` a partition of 0 … N−1. */
  readonly testIndices: Int32Array;
}
