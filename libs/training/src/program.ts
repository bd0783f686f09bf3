import type { Functions } from '@grokscope/engine';
import {
  differentiate,
  functionFlops,
  Graph,
  ops,
  rewrite,
  rewriteNames,
  type GraphFunction,
  type RewriteReport,
  type Tensor,
} from '@grokscope/graph';
import { buildForward, parameters, scoredRows } from '@grokscope/model';
import type { Batch, ParameterInfo, TaskDimensions } from '@grokscope/model';
import { adamWUpdates } from '@grokscope/optim';
import type { ModelSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';

/** The functions of a training run: `train` updates every parameter once, `evaluate` measures all examples. */
export interface TrainingProgram {
  readonly functions: Functions;
  readonly parameters: readonly ParameterInfo[];
  /** Floating-point operations of one training step, as run and without rewrites. */
  readonly flopsPerStep: number;
  readonly flopsPerStepUnrewritten: number;
  /** What each rewrite brought to the forward pass of the training step. */
  readonly rewrites: readonly RewriteReport[];
}

/** Output names of `evaluate`: per scored position of every example in dataset order, and Σw² by parameter. */
export const LOSS = 'loss';
export const CORRECT = 'correct';
export const sumSquaresOf = (parameter: string): string => `sumSquares ${parameter}`;

/** All of the graph's rewrites, none, or some by name (see `rewriteNames`). */
export type Rewrites = boolean | readonly string[];

const namesOf = (rewrites: Rewrites): readonly string[] =>
  typeof rewrites === 'boolean' ? (rewrites ? rewriteNames : []) : rewrites;

/**
 * Builds the static graphs of a run.
 *
 * @param rewrites false runs the plain graph: the same numbers within rounding, more operations; names apply those
 */
export function buildProgram(
  model: ModelSpec,
  dataset: Dataset,
  { rewrites = true }: { readonly rewrites?: Rewrites } = {},
): TrainingProgram {
  const infos = parameters(model, dataset);
  const loss = (): GraphFunction => datasetLoss(model, dataset, dataset.trainIndices);
  const { step, reports } = stepFunction(loss(), infos, rewrites);
  const evaluation = evaluate(model, dataset, infos);
  return {
    functions: { train: step, evaluate: rewrite(evaluation, functionFlops, namesOf(rewrites)).function },
    parameters: infos,
    flopsPerStep: functionFlops(step),
    flopsPerStepUnrewritten: functionFlops(stepFunction(loss(), infos, false).step),
    rewrites: reports,
  };
}

function datasetLoss(model: ModelSpec, dataset: Dataset, indices: Int32Array): GraphFunction {
  const graph = new Graph();
  const labels = graph.constant(rowsOf(dataset.labels, dataset.scoredPositions.length, indices));
  return lossFunction(graph, model, dataset, batchOf(dataset, indices), labels);
}

/** The mean cross-entropy over the scored rows of a batch, as a function of the parameters. */
export function lossFunction(
  graph: Graph,
  model: ModelSpec,
  task: TaskDimensions,
  batch: Batch,
  labels: Tensor,
): GraphFunction {
  const { logits } = buildForward(graph, model, task, batch);
  return { graph, outputs: { loss: ops.mean(ops.crossEntropy(logits, labels)) }, updates: [] };
}

/**
 * Turns a loss into a training step: rewritten for what the whole step costs, differentiated, with updates. The loss
 * itself is not an output: `evaluate` measures it.
 */
export function stepFunction(
  loss: GraphFunction,
  infos: readonly ParameterInfo[],
  rewrites: Rewrites,
): { readonly step: GraphFunction; readonly reports: readonly RewriteReport[] } {
  const better = rewrite(loss, (f) => functionFlops(withUpdates(f, infos)), namesOf(rewrites));
  return { step: withUpdates(better.function, infos), reports: better.reports };
}

function withUpdates({ graph, outputs }: GraphFunction, infos: readonly ParameterInfo[]): GraphFunction {
  const weights = infos.map((info) => graph.parameter(info.name, info.graphShape));
  const gradients = differentiate(outputs.loss, weights);
  const trained = infos.map(({ name }, i) => ({ name, parameter: weights[i], gradient: gradients[i] }));
  return { graph, outputs: {}, updates: adamWUpdates(graph, trained) };
}

function evaluate(model: ModelSpec, dataset: Dataset, infos: readonly ParameterInfo[]): GraphFunction {
  const graph = new Graph();
  const all = Int32Array.from({ length: dataset.nExamples }, (_, i) => i);
  const { logits } = buildForward(graph, model, dataset, batchOf(dataset, all));
  const labels = graph.constant(dataset.labels);
  const squares = infos.map(({ name, graphShape }) => [
    sumSquaresOf(name),
    ops.sumSquares(graph.parameter(name, graphShape)),
  ]);
  return {
    graph,
    outputs: {
      [LOSS]: ops.crossEntropy(logits, labels),
      [CORRECT]: ops.isCorrect(logits, labels),
      ...Object.fromEntries(squares),
    },
    updates: [],
  };
}

const batchOf = ({ tokens, nCtx, scoredPositions }: Dataset, indices: Int32Array): Batch => ({
  nExamples: indices.length,
  tokens: rowsOf(tokens, nCtx, indices),
  scored: scoredRows(indices.length, nCtx, scoredPositions),
});

/** Those rows of a matrix [N, width]. */
function rowsOf(values: Int32Array, width: number, indices: Int32Array): Int32Array {
  const out = new Int32Array(indices.length * width);
  indices.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
  return out;
}
