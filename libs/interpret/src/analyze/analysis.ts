import type { GroupAnalysis } from '../characters/group-analysis.js';
import type { HessianTop } from '../curvature/hessian.js';
import type { Llc } from '../curvature/llc.js';
import type { TokenAttention } from '../network/attention.js';
import type { GroupWords } from './group-words.js';
import type { HeadScores } from '../network/head-scores.js';
import type { KeyRule } from '../waves/key-frequencies.js';
import type { LogitAttribution } from '../network/logit-attribution.js';
import type { SplitMeans } from '../network/loss.js';
import type { SumSquaredWeights } from '../network/sum-squared-weights.js';

/** Values by frequency, the frequency as a string; existing keys only. */
export type ByFrequency<T = number> = Readonly<Record<string, T>>;

/** The losses that remain when a part is removed. */
export interface Ablations {
  /** The two directions of one frequency removed from the logits, or everything except them and the means. */
  readonly logits?: { readonly drop: ByFrequency<SplitMeans>; readonly keep: ByFrequency<SplitMeans> };
  /** The eight components of one frequency removed from every neuron, or everything except them and the means. */
  readonly neurons?: {
    readonly drop: ByFrequency<SplitMeans>;
    readonly keep: ByFrequency<SplitMeans>;
    /** All key frequencies kept together. */
    readonly keepKeys: SplitMeans;
  };
  /** By head: its output replaced by zero, by its mean. */
  readonly heads?: readonly { readonly zero: SplitMeans; readonly mean: SplitMeans }[];
  readonly mlp?: { readonly zero: SplitMeans; readonly mean: SplitMeans };
}

/**
 * Every measure of one set of weights. Measures that a task or model does not admit are absent, not zero; `absent`
 * gives the reason. Losses are in nats; for tasks on pairs "=" is excluded from the classes.
 */
export interface Analysis {
  readonly step?: number;
  readonly loss: SplitMeans;
  readonly accuracy: SplitMeans;
  /** The loss of each scored token of an example by itself, in their order; for tasks that score several. */
  readonly lossByToken?: readonly SplitMeans[];
  /** Of text: the loss after 1, 2, 4, … tokens of a window, on text not trained on. */
  readonly lossByPosition?: Readonly<Record<string, number>>;
  /** The cyclic group of the task, to which its frequencies refer. */
  readonly group?: GroupWords;
  /** Ascending, by each rule. */
  readonly keyFrequencies?: Readonly<Partial<Record<KeyRule, readonly number[]>>>;
  /**
   * The rule that gave the key frequencies of all measures below, which are absent if the frequencies do not stand out.
   */
  readonly keyFrequencyRule?: KeyRule;
  readonly neurons?: { readonly assigned: number; readonly byFrequency: ByFrequency };
  readonly restrictedLoss?: SplitMeans;
  readonly excludedLoss?: {
    readonly all: number;
    readonly byFrequency: ByFrequency;
    /** For tasks whose answers are the table of a group, `byFrequency` is empty. */
    readonly byCharacter?: ByFrequency;
  };
  readonly logitFit?: {
    readonly coefficients: ByFrequency;
    readonly explained: number;
    readonly loss: number;
  };
  readonly cosineCoefficients?: ByFrequency;
  /** Share of the logits' variance over inputs along the key directions. */
  readonly logitVariance?: { readonly explained: number; readonly byFrequency: ByFrequency };
  readonly gini?: { readonly embedding: number; readonly neuronLogit?: number };
  readonly sumSquaredWeights: SumSquaredWeights;
  /** Per head, from "=" to a, b and "=". */
  readonly attentionToTokens?: readonly TokenAttention[];
  /** [⌊n/2⌋] norms, cosine and sine together, at k − 1. */
  readonly spectra?: {
    readonly embedding: readonly number[];
    readonly neuronLogit?: readonly number[];
    /** Per head, of its scores as a function of the first number. */
    readonly attentionScores?: readonly (readonly number[])[];
  };
  /** Largest first. */
  readonly singularValues?: { readonly W_E: readonly number[]; readonly W_L?: readonly number[] };
  readonly ablations?: Ablations;
  readonly logitAttribution?: LogitAttribution;
  /** Per layer and head, on sequences of the task; of text on random tokens that are repeated. */
  readonly headScores?: readonly (HeadScores & { readonly layer: number; readonly head: number })[];
  /** Shares of the embedding's variance along its principal components, if the task has no cyclic order. */
  readonly principalComponents?: readonly number[];
  /** Character addition: the number that each character stands for, which the network is never shown. */
  readonly hiddenValues?: Readonly<Record<string, number>>;
  /** For tasks whose answers are the table of a group: its characters, and how the network follows each. */
  readonly characters?: GroupAnalysis['characters'];
  readonly logitsExplained?: number;
  /** By matrix: a tensor's name, or of one by heads that and the head's number. */
  readonly effectiveRank?: Readonly<Record<string, number>>;
  readonly participationRatio?: Readonly<Record<string, number>>;
  /** Those that are asked for by name. */
  readonly gradientNorm?: { readonly total: number; readonly byTensor: Readonly<Record<string, number>> };
  readonly attentionEntropy?: Readonly<Record<string, number>>;
  readonly deadNeurons?: { readonly dead: number; readonly saturated?: number; readonly of: number };
  readonly accuracyByAnswer?: {
    readonly train: Readonly<Record<string, number>>;
    readonly test: Readonly<Record<string, number>>;
  };
  readonly llc?: Llc;
  readonly hessian?: HessianTop;
  /** Measures that are one number, by name. */
  readonly measures?: Readonly<Record<string, number>>;
  /** The absent measures by name, with the reason. */
  readonly absent: Readonly<Record<string, string>>;
}
