import type { Feed, Functions } from '@grokscope/engine';
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
import { buildForward, lossOf, parameters } from '@grokscope/model';
import type { Batch, ParameterInfo, TaskDimensions } from '@grokscope/model';
import { isTrained, optimizerUpdates, type OptimParts, type TrainedParameter } from '@grokscope/optim';
import { builtIn, type FullCatalogue } from '@grokscope/parts';
import { runSpecDefaults } from '@grokscope/schema';
import type { ModelSpec, OptimizerSpec, RunSpec, TrainingSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { batchesOf } from './batches.js';
import { buildEvaluation, type Evaluation } from './evaluation.js';

/** The sections of a spec that determine its program. */
export type ProgramSpec = Pick<RunSpec, 'data' | 'model' | 'optimizer' | 'training'>;

/** The parts that a program is built of: those of a catalogue. */
export type ProgramParts = Pick<
  FullCatalogue,
  'models' | 'activations' | 'losses' | 'optimizers' | 'gradientSteps'
>;

/** The parts that a loss is built of. */
export type LossParts = Pick<FullCatalogue, 'models' | 'activations' | 'losses'>;

/** The functions of a training run: `train` updates every parameter once, `evaluate` measures examples. */
export interface TrainingProgram {
  readonly functions: Functions;
  readonly parameters: readonly ParameterInfo[];
  /** What `train` is fed of its examples at step 0, 1, …, in addition to the optimizer's numbers (`Batches.feedAt`). */
  readonly batchAt: (step: number) => Feed;
  /** Examples in each step. */
  readonly batchSize: number;
  /** How `evaluate` measures all kept examples. */
  readonly evaluation: Evaluation;
  /** Floating-point operations of one training step, as run and without rewrites. */
  readonly flopsPerStep: number;
  readonly flopsPerStepUnrewritten: number;
  /** The effect of each rewrite on the forward pass of the training step. */
  readonly rewrites: readonly RewriteReport[];
}

/** All of the graph's rewrites, none, or some by name (see `rewriteNames`). */
export type Rewrites = boolean | readonly string[];

/** The names of the rewrites to apply. */
export const namesOf = (rewrites: Rewrites): readonly string[] =>
  typeof rewrites === 'boolean' ? (rewrites ? rewriteNames : []) : rewrites;

/**
 * Builds the static graphs of a run: on all training examples as constants, or on batches that are fed.
 *
 * @param rewrites false runs the plain graph: the same numbers within rounding, more operations; names apply only those
 * @param parts where to look up the parts that the spec names
 */
export function buildProgram(
  spec: ProgramSpec,
  dataset: Dataset,
  { rewrites = true, parts = builtIn }: { readonly rewrites?: Rewrites; readonly parts?: ProgramParts } = {},
): TrainingProgram {
  const { model } = spec;
  const infos = parameters(model, dataset, parts.models);
  const batches = batchesOf(spec, dataset);
  const loss = (): GraphFunction => {
    const graph = new Graph();
    const { batch, labels } = batches.examples(graph);
    return lossFunction(graph, model, dataset, batch, labels, spec.training.loss, parts);
  };
  const { step, reports } = stepFunction(loss(), infos, rewrites, spec.optimizer, parts);
  const evaluation = buildEvaluation(spec, dataset, infos, namesOf(rewrites), { parts });
  return {
    functions: { train: step, evaluate: evaluation.function },
    parameters: infos,
    batchAt: batches.feedAt,
    batchSize: batches.batchSize,
    evaluation,
    flopsPerStep: functionFlops(step),
    flopsPerStepUnrewritten: functionFlops(stepFunction(loss(), infos, false, spec.optimizer, parts).step),
    rewrites: reports,
  };
}

/** The mean loss over the scored rows of a batch, as a function of the parameters. */
export function lossFunction(
  graph: Graph,
  model: ModelSpec,
  task: TaskDimensions,
  batch: Batch,
  labels: Tensor,
  kind: TrainingSpec['loss'] = 'crossEntropy',
  parts: LossParts = builtIn,
): GraphFunction {
  const { logits } = buildForward(graph, model, task, batch, parts);
  return { graph, outputs: { loss: ops.mean(lossOf(kind, logits, labels, parts.losses)) }, updates: [] };
}

/**
 * Turns a loss into a training step: rewritten for the cost of loss and gradients, differentiated, with updates. The
 * loss itself is not an output: `evaluate` measures it.
 */
export function stepFunction(
  loss: GraphFunction,
  infos: readonly ParameterInfo[],
  rewrites: Rewrites,
  optimizer: OptimizerSpec = runSpecDefaults.optimizer,
  parts: OptimParts = builtIn,
): { readonly step: GraphFunction; readonly reports: readonly RewriteReport[] } {
  const trained = infos.filter((info) => isTrained(optimizer, info));
  const better = rewrite(loss, (f) => functionFlops(withGradients(f, trained)), namesOf(rewrites));
  return { step: withUpdates(better.function, trained, optimizer, parts), reports: better.reports };
}

function gradientsOf(
  { graph, outputs }: GraphFunction,
  infos: readonly ParameterInfo[],
): readonly TrainedParameter[] {
  const weights = infos.map((info) => graph.parameter(info.name, info.graphShape));
  const gradients = differentiate(outputs.loss, weights);
  return infos.map(({ name }, i) => ({ name, parameter: weights[i], gradient: gradients[i] }));
}

/** The gradients of a run's training loss on the batch of a step, by parameter; fed like `train` (`Batches.feedAt`). */
export function gradientFunction(
  spec: ProgramSpec,
  dataset: Dataset,
  infos: readonly ParameterInfo[],
  rewrites: Rewrites,
  parts: LossParts = builtIn,
): { readonly function: GraphFunction; readonly feedAt: (step: number) => Feed } {
  const graph = new Graph();
  const { examples, feedAt } = batchesOf(spec, dataset);
  const { batch, labels } = examples(graph);
  const loss = lossFunction(graph, spec.model, dataset, batch, labels, spec.training.loss, parts);
  const better = rewrite(loss, (f) => functionFlops(withGradients(f, infos)), namesOf(rewrites));
  return { function: withGradients(better.function, infos), feedAt };
}

/** Loss and gradients, but no updates: their cost does not depend on the rewrites. */
function withGradients(f: GraphFunction, infos: readonly ParameterInfo[]): GraphFunction {
  const gradients = gradientsOf(f, infos).map(({ name, gradient }) => [name, gradient]);
  return { graph: f.graph, outputs: Object.fromEntries(gradients), updates: [] };
}

function withUpdates(
  f: GraphFunction,
  infos: readonly ParameterInfo[],
  optimizer: OptimizerSpec,
  parts: OptimParts,
): GraphFunction {
  const updates = optimizerUpdates(f.graph, optimizer, gradientsOf(f, infos), parts);
  return { graph: f.graph, outputs: {}, updates };
}
