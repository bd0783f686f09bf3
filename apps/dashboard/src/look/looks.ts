/** What is seen in a network at one step: plain data, made by workers and drawn by panels. */
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
  /** Absent without an MLP, and in networks of more layers than one. */
  readonly neuronLogit?: Spectrum;
  /** At k − 1: where the numbers lie in the plane of each frequency, in group order. */
  readonly planes: readonly FrequencyPlane[];
}

/** A one-layer network on its grid of pairs, as far as one head token, one neuron and one pair are looked at. */
export interface PairsLook {
  readonly step: number;
  readonly nFirst: number;
  readonly nSecond: number;
  /** The numbers of rows and columns, in the order in which they are shown. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** What each token is called, by token. */
  readonly words: readonly string[];
  /** [n] the answer of each element of the group, where the task has one. */
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
  /** [n, n] the 2-D Fourier transform of the centred activation; absent where the task has no cyclic order. */
  readonly spectrum?: Float64Array;
}

export interface AnswerLook {
  readonly a: number;
  readonly b: number;
  /** What the task wants; null where the pair is not in it. */
  readonly wanted: number | null;
  /** [outputs] the logits, their mean taken out, by answer. */
  readonly logits: Float64Array;
  /** [outputs] what the network believes. */
  readonly belief: Float64Array;
}

/** Which frequency each neuron computes with. */
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

/** What kind of head each is, on sequences. */
export interface ScoresLook {
  readonly step: number;
  readonly scores: readonly (HeadScores & { readonly layer: number; readonly head: number })[];
}

/** Where the tokens lie along the directions in which their embeddings differ most. */
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
  /** The first tensor with a value that is no number. */
  readonly tensor: string;
}

/** All looks by name; null: not yet, or not for this task and model. */
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

/** What the reader looks at. */
export interface Choice {
  readonly neuron: number;
  /** The two numbers asked, as tokens. */
  readonly a: number;
  readonly b: number;
  /** Which sequence is shown of a task on sequences. */
  readonly sequence: number;
}

export const firstChoice: Choice = { neuron: 0, a: 17, b: 101, sequence: 0 };
