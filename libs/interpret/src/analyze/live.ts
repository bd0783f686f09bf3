import type { NamedTensor } from '@grokscope/model';
import type { MeasureInfo, MeasureNeed, ModelSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import type { KeyRule } from '../waves/key-frequencies.js';
import type { GroupLogits } from '../waves/logit-waves.js';
import { lossAndAccuracy } from '../network/loss.js';
import { collect, liveMeasures } from '../measures/collect.js';
import { builtInMeasures } from '../measures/index.js';
import type { KeyFrequencies, Measure, Spectra, Subject } from '../measures/measure.js';
import { SharedLook, markedBySpectra } from '../measures/shared-look.js';
import type { Reals } from '../numerics/numbers.js';
import { selectColumns } from '../numerics/numbers.js';
import { standingOut } from '../waves/standing-out.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder } from './examples.js';
import { subjectOf } from './subject.js';

/** The part of an analysis that is cheap enough to follow training. */
export type LiveMeasures =
  Pick<
    Analysis,
    | 'loss'
    | 'accuracy'
    | 'keyFrequencies'
    | 'keyFrequencyRule'
    | 'restrictedLoss'
    | 'excludedLoss'
    | 'logitFit'
    | 'gini'
    | 'sumSquaredWeights'
    | 'measures'
  > extends infer M
    ? { readonly [K in keyof M]?: M[K] }
    : never;

/** What a look at one step gives a meter besides the weights. */
export interface LiveReadings {
  /** [N·nScored, dVocabOut] of the kept examples in their order. */
  readonly logits?: Reals;
  /** [N·nCtx, width] by name: those the meter names. */
  readonly activations?: Readonly<Record<string, Reals>>;
  /** The gradients of the training loss, in the layout of the weights. */
  readonly gradients?: readonly NamedTensor[];
  readonly step?: number;
  /** What the look before told, measure by measure. */
  readonly before?: Readonly<Record<string, unknown>>;
}

/** Measures the weights of one step after another. */
export interface LiveMeter {
  /** The measures that the task and model admit, in the order in which they are reported. */
  readonly measures: readonly MeasureInfo[];
  /** Whether its losses are over the possible answers, as for a task on pairs. */
  readonly isOverAnswers: boolean;
  /** Whether `measure` reads logits; otherwise it reads the weights alone. */
  readonly needsLogits: boolean;
  /** Activations that `measure` reads, by TransformerLens name. */
  readonly activations: readonly string[];
  /** Whether `measure` reads the gradients of the training loss. */
  readonly needsGradients: boolean;
  /** What `again` reads: less, where only measures that are told `once` read it. */
  readonly again: Pick<LiveMeter, 'needsLogits' | 'activations' | 'needsGradients'>;
  /**
   * @param again of a look at a step that was told of before: what is told `once` is left out, and `keys` are the key
   *   frequencies that it goes by. Without them the step's own are used where they stand out.
   */
  readonly measure: (
    weights: readonly NamedTensor[],
    readings?: LiveReadings,
    again?: { readonly keys?: readonly number[] },
  ) => LiveMeasures;
}

/**
 * Prepares the live ones of these measures for a model on a task.
 *
 * @param named what `observe.measures` names: others that are `byName` are left out
 */
export function createLiveMeter(
  spec: ModelSpec,
  dataset: Dataset,
  measures: readonly Measure[] = builtInMeasures,
  named: readonly string[] = [],
): LiveMeter {
  const subject = subjectOf(spec, dataset);
  const { model, pairs } = subject;
  const admitted = liveMeasures(measures, subject, named);
  const repeated = admitted.filter(({ once }) => once !== true);
  const inOrder = pairs?.cyclic && groupLogitsOf(pairs.cyclic, dataset.dVocabOut);
  const isOneLayer = model.nLayers === 1 || model.kind === 'mlp';
  const hasMap = isOneLayer && model.dMlp > 0 && model.normalization === 'none';
  return {
    measures: admitted,
    isOverAnswers: pairs !== undefined,
    ...readingsOf(admitted, subject),
    again: readingsOf(repeated, subject),
    measure: (weights, readings = {}, again) => {
      const { logits } = readings;
      const look = new SharedLook(subject, weights, {
        ...readings,
        hasMap,
        keysOf: (spectra) => liveKeys(spectra, again?.keys),
        ...(logits && pairs ? { answers: () => answersOf(logits, dataset, pairs) } : {}),
        ...(logits && inOrder ? { groupLogits: () => inOrder(logits) } : {}),
      });
      return collect(again ? repeated : admitted, look) as LiveMeasures;
    },
  };
}

/** What measures read of a network beside its weights. */
const readingsOf = (measures: readonly Measure[], subject: Subject): LiveMeter['again'] => {
  const doesNeed = (need: MeasureNeed): boolean => measures.some(({ needs }) => needs.includes(need));
  return {
    needsLogits: doesNeed('logits'),
    activations: [...new Set(measures.flatMap(({ activations }) => activations?.(subject, true) ?? []))],
    needsGradients: doesNeed('gradients'),
  };
};

/** Loss and accuracy over the answers, which are the first outputs: "=" and what follows it are none. */
const answersOf = (logits: Reals, { dVocabOut, labels }: Dataset, { wanted, classes }: PairExamples) =>
  lossAndAccuracy(logits, dVocabOut, labels, wanted, classes);

/** During a run, key frequencies are reported only if they stand out; given keys are used in any case. */
function liveKeys(spectra: Spectra, given: readonly number[] | undefined): KeyFrequencies | undefined {
  const rule: KeyRule = spectra.neuronLogit ? 'neuronLogit' : 'embedding';
  const marked = markedBySpectra(spectra);
  const used = given ?? standingOut(marked[rule]!, spectra.embedding.length);
  return used.length > 0 ? { rule, used, byRule: { ...marked, [rule]: used } } : undefined;
}

/** Puts logits into the order of the group. They are copied to the same place at every step. */
function groupLogitsOf(
  cyclic: NonNullable<PairExamples['cyclic']>,
  dVocabOut: number,
): (logits: Reals) => GroupLogits {
  const { group, examples } = cyclic;
  const { label, train, test } = examples;
  const n = group.order;
  const isIdentity =
    examples.example.every((e, at) => e === at) && group.output.every((token, t) => token === t);
  let buffer: Float64Array | undefined;
  return (logits) => {
    buffer ??= isIdentity ? new Float64Array(n ** 3) : undefined;
    const ordered = isIdentity
      ? selectColumns(logits, dVocabOut, group.output, buffer)
      : logitsInGroupOrder(logits, dVocabOut, cyclic);
    return { n, logits: ordered, label, train, test };
  };
}
