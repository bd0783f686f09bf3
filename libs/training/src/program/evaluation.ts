import type { Feed } from '@grokscope/engine';
import { functionFlops, Graph, ops, rewrite, type GraphFunction, type Tensor } from '@grokscope/graph';
import { buildForward, lossOf, modelOf } from '@grokscope/model';
import type { ExampleSizes, Model, ParameterInfo } from '@grokscope/model';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import type { ModelSpec, RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { constantExamples, fedExamples, feedOf, selectRows } from './examples.js';

/**
 * Output names of `evaluate`: for each scored position of every example in dataset order, and Σw² for each parameter.
 */
export const LOSS = 'loss';
export const CORRECT = 'correct';
/** For progress measures: `[rows, dVocabOut]`. */
export const LOGITS = 'logits';
/** For progress measures: `[nExamples·nCtx, width]`. */
export const activationOf = (name: string): string => `activation ${name}`;
export const sumSquaresOf = (parameter: string): string => `sumSquares ${parameter}`;

/** How all kept examples are measured: `evaluate` runs once for each feed, on `chunk` examples. */
export interface Evaluation {
  readonly function: GraphFunction;
  /** Examples in each run. */
  readonly chunk: number;
  /** Outputs with the same number of values for each example; all others depend on the weights alone. */
  readonly ofExamples: readonly string[];
  /** One feed for each chunk, in dataset order; the last may be padded with repetitions, whose results do not count. */
  readonly feeds: readonly Feed[];
}

/** The intermediate values that an evaluation returns. */
export interface Insides {
  readonly logits?: boolean;
  readonly activations?: readonly string[];
}

/** Up to this many intermediate values (512 MiB), all examples are measured at once, as constants. */
const WHOLE_VALUES = 2 ** 27;
/** The number of intermediate values of a chunk otherwise (128 MiB). */
const CHUNK_VALUES = 2 ** 25;

const DEFAULT_LIMITS = { whole: WHOLE_VALUES, chunk: CHUNK_VALUES };

const EVALUATION = 'evaluation';

interface EvaluationOptions {
  readonly limits?: { readonly whole: number; readonly chunk: number };
  readonly insides?: Insides;
  readonly parts?: Pick<FullCatalogue, 'models' | 'activations' | 'losses'>;
}

/**
 * Builds the evaluation of a dataset: at once if that takes little memory, otherwise in chunks that are fed.
 *
 * @param options `insides`: what to return in addition, the logits and activations by TransformerLens name
 *   (`activationOf`); `parts`: where the parts that the spec names are found
 */
export function buildEvaluation(
  { model, training }: Pick<RunSpec, 'model' | 'training'>,
  dataset: Dataset,
  infos: readonly ParameterInfo[],
  rewrites: readonly string[],
  { limits = DEFAULT_LIMITS, insides = {}, parts = builtIn }: EvaluationOptions = {},
): Evaluation {
  const { nExamples } = dataset;
  const atOnce = examplesAtOnce(model, dataset, nExamples, limits, parts.models);
  const isWhole = atOnce === nExamples;
  const nChunks = Math.ceil(nExamples / atOnce);
  const chunk = Math.ceil(nExamples / nChunks);
  const graph = new Graph();
  const { batch, labels } = isWhole
    ? constantExamples(graph, dataset, dataset)
    : fedExamples(graph, dataset, chunk, EVALUATION);
  const { logits, activations } = buildForward(graph, model, dataset, batch, parts);
  const missing = insides.activations?.find((name) => !Object.hasOwn(activations, name));
  if (missing !== undefined) throw new Error(`the model has no activation ${missing}`);
  const ofExamples: Readonly<Record<string, Tensor>> = {
    [LOSS]: lossOf(training.loss, logits, labels, parts.losses),
    [CORRECT]: ops.isCorrect(logits, labels),
    ...(insides.logits ? { [LOGITS]: logits } : {}),
    ...Object.fromEntries(insides.activations?.map((name) => [activationOf(name), activations[name]]) ?? []),
  };
  const squares = infos.map(({ name, graphShape }) => [
    sumSquaresOf(name),
    ops.sumSquares(graph.parameter(name, graphShape)),
  ]);
  const plain: GraphFunction = {
    graph,
    outputs: { ...ofExamples, ...Object.fromEntries(squares) },
    updates: [],
  };
  return {
    function: rewrite(plain, functionFlops, rewrites).function,
    chunk,
    ofExamples: Object.keys(ofExamples),
    feeds: isWhole ? [{}] : chunkFeeds(dataset, nChunks, chunk),
  };
}

/** How many of `nExamples` examples are measured at once: all, or as many as fit into a chunk. */
export function examplesAtOnce(
  model: ModelSpec,
  sizes: ExampleSizes,
  nExamples: number,
  limits = { whole: WHOLE_VALUES, chunk: CHUNK_VALUES },
  models: readonly Model[] = builtIn.models,
): number {
  const perExample = modelOf(model, models).values(model, sizes).evaluated;
  return nExamples * perExample <= limits.whole
    ? nExamples
    : Math.max(1, Math.min(nExamples - 1, Math.floor(limits.chunk / perExample)));
}

function chunkFeeds(dataset: Dataset, nChunks: number, chunk: number): readonly Feed[] {
  return Array.from({ length: nChunks }, (_, c) => {
    const indices = Int32Array.from({ length: chunk }, (_, i) =>
      Math.min(c * chunk + i, dataset.nExamples - 1),
    );
    return feedOf(dataset, selectRows(dataset, dataset, indices), EVALUATION);
  });
}
