/** What can be seen in a network at one step: plain data, made by workers and drawn by panels. */
import type { Analysis, FrequencyPlane, HeadScores } from '@grokscope/interpret';

/** How strongly each frequency is present in one map of the network. */
export interface Spectrum {
  /** [n] norms of components: the constant, then cosine and sine of each frequency. */
  readonly component: Float64Array;
  /** [⌊n/2⌋] cosine and sine together, at k − 1. */
  readonly byFrequency: Float64Array;
}

/** The waves in the weights themselves. */
export interface SpectraLook {
  readonly step: number;
  /** Order of the group behind the task. */
  readonly n: number;
  /** [n] the number that stands for each element. */
  readonly numbers: Int32Array;
  readonly embedding: Spectrum;
  /** Absent without an MLP, and in networks of more than one layer. */
  readonly neuronLogit?: Spectrum;
  /** At k − 1: the positions of the numbers in the plane of each frequency, in group order. */
  readonly planes: readonly FrequencyPlane[];
}

/** A one-layer network on its grid of pairs: one head, one neuron and one pair of it. */
export interface PairsLook {
  readonly step: number;
  readonly nFirst: number;
  readonly nSecond: number;
  /** The numbers of rows and columns, in display order. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** The name of each token, by token. */
  readonly words: readonly string[];
  /** [n] the answer of each element of the group, if the task has one. */
  readonly output: Int32Array | null;
  /** Per head [nFirst, nSecond, 3] attention from "=" to a, b and "=". */
  readonly patterns: readonly Float64Array[];
  /** Per head the frequency that its scores follow most, and its share of their squares; null without waves. */
  readonly headWaves: readonly { readonly k: number; readonly share: number }[] | null;
  readonly neuron: NeuronLook | null;
  readonly answer: AnswerLook;
}

export interface NeuronLook {
  readonly index: number;
  /** [nFirst, nSecond] after the nonlinearity. */
  readonly activation: Float64Array;
  /** [n, n] the 2-D Fourier transform of the centred activation; absent if the task has no cyclic order. */
  readonly spectrum?: Float64Array;
}

export interface AnswerLook {
  readonly a: number;
  readonly b: number;
  /** The correct answer; null if the pair is not in the task. */
  readonly wanted: number | null;
  /** [outputs] the logits, their mean removed, by answer. */
  readonly logits: Float64Array;
  /** [outputs] the network's probabilities. */
  readonly belief: Float64Array;
}

/** The frequency that each neuron computes with. */
export interface NeuronsLook {
  readonly step: number;
  /** [dMlp] 0: none. */
  readonly frequency: Int32Array;
  /** [dMlp] share explained by the best one. */
  readonly explained: Float64Array;
}

export interface SingularLook {
  readonly step: number;
  readonly W_E: Float64Array;
  readonly W_L?: Float64Array;
}

/** Attention of every head on one sequence of the task. */
export interface PatternsLook {
  readonly step: number;
  readonly index: number;
  readonly words: readonly string[];
  readonly layers: number;
  readonly heads: number;
  /** Per layer, then head: [nCtx, nCtx], query by key. */
  readonly patterns: readonly Float64Array[];
}

/** The kind of each head, on sequences. */
export interface ScoresLook {
  readonly step: number;
  readonly scores: readonly (HeadScores & { readonly layer: number; readonly head: number })[];
}

/** The positions of the tokens along the directions in which their embeddings differ most. */
export interface ComponentsLook {
  readonly step: number;
  /** By token. */
  readonly words: readonly string[];
  /** Share of the variance along each direction, largest first. */
  readonly explained: readonly number[];
  /** The first two directions, the third and fourth, … */
  readonly planes: readonly FrequencyPlane[];
}

/** Everything measured, in float64. */
export interface AnalysisLook {
  readonly step: number;
  readonly analysis: Analysis;
}

/** Weights in which nothing can be seen. */
export interface BrokenLook {
  readonly step: number;
  /** The first tensor with a value that is not a number. */
  readonly tensor: string;
}

/** All looks by name; null: not computed yet, or not available for this task and model. */
export interface Looks {
  readonly spectra: SpectraLook | null;
  readonly pairs: PairsLook | null;
  readonly neurons: NeuronsLook | null;
  readonly singular: SingularLook | null;
  readonly patterns: PatternsLook | null;
  readonly scores: ScoresLook | null;
  readonly components: ComponentsLook | null;
  readonly analysis: AnalysisLook | null;
  /** Why there are none: the weights themselves are not numbers. */
  readonly broken: BrokenLook | null;
}

export const noLooks: Looks = {
  spectra: null,
  pairs: null,
  neurons: null,
  singular: null,
  patterns: null,
  scores: null,
  components: null,
  analysis: null,
  broken: null,
};

/** What the user has chosen to see. */
export interface Choice {
  readonly neuron: number;
  /** The two numbers of the question, as tokens. */
  readonly a: number;
  readonly b: number;
  /** The sequence shown, for a task on sequences. */
  readonly sequence: number;
}

export const firstChoice: Choice = { neuron: 0, a: 17, b: 101, sequence: 0 };
