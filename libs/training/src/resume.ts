import type { Program } from '@grokscope/engine';
import type { NamedTensor, ParameterInfo } from '@grokscope/model';
import { builtInOptim, optimizerStates, type OptimParts } from '@grokscope/optim';
import type { CommandEvent, OptimizerSpec, RunCommand, RunProgress } from '@grokscope/schema';
import type { StageHistory } from './progress/stage-look.js';
import { writeOptimizerState, writeWeights } from './snapshot.js';

/**
 * Values of an engine that computes in float64, in the graph's own layout: from rounded values the run would continue
 * differently.
 */
export interface ExactTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Everything needed to continue a run, as in a snapshot to be stored. */
export interface ResumeFrom {
  readonly step: number;
  /** In the order of the model's parameters; absent at step 0, for initial ones. */
  readonly weights?: readonly NamedTensor[];
  readonly optimizer?: readonly NamedTensor[];
  readonly exact?: readonly ExactTensor[];
  readonly progress: RunProgress;
  /**
   * Settings changed at this step or later before the run was interrupted: repeated at their steps, without being
   * reported.
   */
  readonly settings: readonly Pick<CommandEvent, 'step' | 'path' | 'value'>[];
  /** Commands ordered for later steps before the run was interrupted, in the order they were given. */
  readonly pending?: readonly RunCommand[];
  /** The newest step of which anything is stored; default: that of the snapshot. */
  readonly recorded?: number;
  /** The progress reported before; without it, phases are judged as for a run that begins here. */
  readonly history?: StageHistory;
}

/** Every parameter and optimizer state in float64, for an engine that computes in it. */
export async function readExact(
  program: Program,
  optimizer: OptimizerSpec,
  parameters: readonly ParameterInfo[],
  parts: OptimParts = builtInOptim,
): Promise<ExactTensor[]> {
  const tensors: ExactTensor[] = [];
  const weights = parameters.map((parameter) => ({ name: parameter.name, parameter }));
  for (const { name, parameter } of [...weights, ...optimizerStates(optimizer, parameters, parts)])
    tensors.push({ name, shape: parameter.graphShape, data: Float64Array.from(await program.read(name)) });
  return tensors;
}

/** Sets parameters and optimizer state to those of a snapshot. */
export function restore(
  program: Program,
  optimizer: OptimizerSpec,
  parameters: readonly ParameterInfo[],
  from: ResumeFrom,
  parts: OptimParts = builtInOptim,
): void {
  if (from.weights) writeWeights(program, parameters, from.weights);
  if (from.optimizer) writeOptimizerState(program, optimizer, parameters, from.optimizer, parts);
  for (const { name, data } of from.exact ?? []) program.write(name, data);
}
