import type { NamedTensor } from '@grokscope/model';
import type { MeasureInfo, ModelSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import type { KeyRule } from '../waves/key-frequencies.js';
import type { GroupLogits } from '../waves/logit-waves.js';
import { lossAndAccuracy } from '../network/loss.js';
import { collect, liveMeasures } from '../measures/collect.js';
import { builtInMeasures } from '../measures/index.js';
import type { KeyFrequencies, Measure, Spectra, Subject } from '../measures/measure.js';
import { SharedLook, markedBySpectra } from '../measures/shared-look.js';
import { networkShapeOf } from '../network/network.js';
import type { Reals } from '../numerics/numbers.js';
import { selectColumns } from '../numerics/numbers.js';
import { standingOut } from '../waves/standing-out.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import { logitsInGroupOrder, pairExamplesOf } from './examples.js';

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
  /** @param keys the final network's key frequencies; without them, the step's own are used if they stand out. */
  readonly measure: (
    weights: readonly NamedTensor[],
    readings?: LiveReadings,
    keys?: readonly number[],
  ) => LiveMeasures;
}

/** Prepares those of these measures that follow training, for a model on a task. */
export function createLiveMeter(
  spec: ModelSpec,
  dataset: Dataset,
  measures: readonly Measure[] = builtInMeasures,
): LiveMeter {
  const model = networkShapeOf(spec);
  const pairs = pairExamplesOf(dataset);
  const subject: Subject = { model, dataset, ...(pairs ? { pairs } : {}) };
  const admitted = liveMeasures(measures, subject);
  const inOrder = pairs?.cyclic && groupLogitsOf(pairs.cyclic, dataset.dVocabOut);
  const isOneLayer = model.nLayers === 1 || model.kind === 'mlp';
  const hasMap = isOneLayer && model.dMlp > 0 && model.normalization === 'none';
  const doesNeed = (need: MeasureInfo['needs'][number]): boolean =>
    admitted.some(({ needs }) => needs.includes(need));
  return {
    measures: admitted,
    isOverAnswers: pairs !== undefined,
    needsLogits: doesNeed('logits'),
    activations: [...new Set(admitted.flatMap(({ activations }) => activations?.(subject) ?? []))],
    needsGradients: doesNeed('gradients'),
    measure: (weights, readings = {}, keys) => {
      const { logits } = readings;
      const look = new SharedLook(subject, weights, {
        ...readings,
        hasMap,
        keysOf: (spectra) => liveKeys(spectra, keys),
        ...(logits && pairs ? { answers: () => answersOf(logits, dataset, pairs) } : {}),
        ...(logits && inOrder ? { groupLogits: () => inOrder(logits) } : {}),
      });
      return collect(admitted, look) as LiveMeasures;
    },
  };
}

/** Loss and accuracy over the answers, which are the first outputs: "=" and later outputs are excluded. */
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
