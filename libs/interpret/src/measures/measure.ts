import type { Engine } from '@grokscope/engine';
import type { Activation, NamedTensor } from '@grokscope/model';
import type { MeasureInfo } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import type { Analysis } from '../analyze/analysis.js';
import type { PairExamples } from '../analyze/examples.js';
import type { Examples } from '../analyze/forward.js';
import type { OneLayerPasses } from '../analyze/one-layer.js';
import type { HessianOptions } from '../curvature/hessian.js';
import type { TrainedNetwork } from '../curvature/landscape.js';
import type { LlcOptions } from '../curvature/llc.js';
import type { KeyRule } from '../waves/key-frequencies.js';
import type { LogitFit } from '../waves/logit-fit.js';
import type { GroupLogits, LogitWaves } from '../waves/logit-waves.js';
import type { SplitMeans } from '../network/loss.js';
import type { NetworkShape } from '../network/network.js';
import type { NeuronFrequencies } from '../network/neurons.js';
import type { Reals } from '../numerics/numbers.js';
import type { MeasureText } from './text.js';

/** A model on a task: what a measure is or is not admitted for. */
export interface Subject {
  readonly model: NetworkShape;
  readonly dataset: Dataset;
  /** For a task on pairs: the grid that its examples form. */
  readonly pairs?: PairExamples;
  /** Where to look up the nonlinearity of the model; default: the built-in ones. */
  readonly activations?: readonly Activation[];
}

/** Norms of Fourier components over the group, [n] each. */
export interface Spectra {
  readonly embedding: Float64Array;
  /** For networks that have a neuron–logit map. */
  readonly neuronLogit?: Float64Array;
}

/** Which frequencies are key. */
export interface KeyFrequencies {
  readonly byRule: Readonly<Partial<Record<KeyRule, readonly number[]>>>;
  readonly rule: KeyRule;
  /** Those that measures use; none if they do not stand out (`standingOut`). */
  readonly used: readonly number[];
}

/** The logits over the pairs of the group, decomposed into waves, with the key frequencies; there is at least one. */
export interface KeyedLogits {
  readonly logits: GroupLogits;
  readonly waves: LogitWaves;
  readonly keys: readonly number[];
  readonly fit: LogitFit;
}

/** What takes long is asked for by name: how it is computed, and with which settings. */
export interface Demand {
  readonly network: TrainedNetwork;
  /** What computes it; made when the first measure asks for it. */
  readonly engine: () => Promise<Engine>;
  readonly options?: { readonly llc?: Partial<LlcOptions>; readonly hessian?: Partial<HessianOptions> };
  /** Told how much of a measure is done. */
  readonly onStep?: (measure: string, done: number, all: number) => void;
}

/** What saved weights are seen with beside what a run sees of its own. */
export interface SavedWeights {
  /** For a one-layer network on pairs (`admitsPairNetwork`): everything it computes, over every pair, in float64. */
  readonly passes?: OneLayerPasses;
  /** The losses of each scored token, for tasks that score several. */
  readonly lossByToken?: readonly SplitMeans[];
  /** For measures that compute by themselves; absent where the loss trained by is not known. */
  readonly demand?: Demand;
  /** Activations by TransformerLens name, [N·nCtx, width] each, on some of the task's examples. */
  readonly forward: (
    examples: Examples,
    names: readonly string[],
  ) => Promise<Readonly<Record<string, Reals>>>;
}

/**
 * One set of weights as measures see it. Values that several measures share are computed once, on first use; values
 * that a model or task does not have are undefined.
 */
export interface Look extends Omit<Subject, 'activations'> {
  /** Every parameter, TransformerLens names and layouts. */
  readonly weights: readonly NamedTensor[];
  /** A tensor's values as a copy in float64; throws for a name that the network does not have. */
  readonly weight: (name: string) => Float64Array;
  /** [N·nScored, dVocabOut] of all kept examples in their order; for measures that need `logits`. */
  readonly logits?: Reals;
  /** [N·nCtx, width] of all kept examples, by TransformerLens name; those that `activations` of a measure names. */
  readonly activation: (name: string) => Reals;
  /**
   * The gradients of the training loss on the step's batch, in the layout of the weights; for measures that need
   * `gradients`.
   */
  readonly gradients?: readonly NamedTensor[];
  /** Loss and accuracy over the possible answers; over every output if the task is not on pairs. */
  readonly answers?: { readonly loss: SplitMeans; readonly accuracy: SplitMeans };
  readonly spectra?: Spectra;
  readonly keyFrequencies?: KeyFrequencies;
  readonly keyed?: KeyedLogits;
  /** For a one-layer network run over every pair: which frequency each neuron follows. */
  readonly neurons?: NeuronFrequencies;
  /** For measures that are `savedOnly`. */
  readonly saved?: SavedWeights;
  /** Of a run: the step of these weights. */
  readonly step?: number;
  /** Of a run: what the look before told, measure by measure, as its event holds it; undefined at the first. */
  readonly before?: Readonly<Record<string, unknown>>;
}

/** A part of a measure's value that may be absent separately. */
interface MeasurePart {
  /** Dotted, within the value. */
  readonly path: string;
  readonly absentAt?: number;
  readonly whyNot?: (subject: Subject) => string | undefined;
  readonly whyNone?: (analysis: Omit<Analysis, 'absent'>) => string | undefined;
}

/**
 * A measure: its description, what it is admitted for, and how it is computed. Built-in measures have a file each and a
 * line in `builtInMeasures`; a custom one is made the same way and passed to `train` or `analyze`.
 */
export interface Measure<Value = unknown> extends MeasureInfo {
  /** Whether it follows training; default: yes. `analyze` computes it in any case. */
  readonly isLive?: (subject: Subject) => boolean;
  /**
   * Only what a run tells as it goes has it: it is not measured again when the run has ended and its final keys are known,
   * nor when it looks back.
   */
  readonly once?: true;
  /** It follows from the looks before (`Look.before`), which weights alone do not have. */
  readonly runsOnly?: true;
  /** The activations it reads, where it needs `activations`; `isRun`: of a run, not of saved weights. */
  readonly activations?: (subject: Subject, isRun: boolean) => readonly string[];
  /** Why the subject does not admit it; undefined where it does, as everywhere without this. */
  readonly whyNot?: (subject: Subject) => string | undefined;
  /** Why the weights of a subject that admits it have no value; undefined if no reason is known. */
  readonly whyNone?: (analysis: Omit<Analysis, 'absent'>) => string | undefined;
  /** Parts of its value whose absence is reported separately. */
  readonly parts?: readonly MeasurePart[];
  /** Its place in the list of what is absent from an analysis; default: at the end. */
  readonly absentAt?: number;
  /** Its absence is not reported, because it would be obvious. */
  readonly isUnsaid?: true;
  /**
   * Its form in the text of an analysis; false: not shown. Default: its numbers are listed among the further measures,
   * with title, unit and formula.
   */
  readonly told?: MeasureText | false;
  /**
   * Its value, a plain number or what `value` describes; undefined if this look has none. Only a measure that is
   * `savedOnly` may return a promise.
   */
  readonly of: (look: Look) => Value | undefined | Promise<Value | undefined>;
}
