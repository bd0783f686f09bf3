import { invariant } from '@grokscope/base';
import type { Program } from '@grokscope/engine';
import { toFileLayout, toGraphLayout, type NamedTensor, type ParameterInfo } from '@grokscope/model';
import { builtInOptim, optimizerStates, type OptimParts } from '@grokscope/optim';
import type { OptimizerSpec } from '@grokscope/schema';

/** Copies of every parameter, in TransformerLens layout. */
export async function readWeights(
  program: Program,
  parameters: readonly ParameterInfo[],
): Promise<NamedTensor[]> {
  const weights: NamedTensor[] = [];
  for (const info of parameters) weights.push(await readTensor(program, info, info.name));
  return weights;
}

/** Copies of everything the optimizer keeps, in the layout of its parameter. */
export async function readOptimizerState(
  program: Program,
  optimizer: OptimizerSpec,
  parameters: readonly ParameterInfo[],
  parts: OptimParts = builtInOptim,
): Promise<NamedTensor[]> {
  const states: NamedTensor[] = [];
  for (const { name, parameter } of optimizerStates(optimizer, parameters, parts))
    states.push(await readTensor(program, parameter, name));
  return states;
}

/** Sets everything the optimizer keeps, by name, from the result of `readOptimizerState`; all of it must be present. */
export function writeOptimizerState(
  program: Program,
  optimizer: OptimizerSpec,
  parameters: readonly ParameterInfo[],
  states: readonly NamedTensor[],
  parts: OptimParts = builtInOptim,
): void {
  const byName = new Map(states.map((state) => [state.name, state.data]));
  for (const { name, parameter } of optimizerStates(optimizer, parameters, parts)) {
    const values = byName.get(name);
    invariant(values, `no values for the optimizer's "${name}"`);
    program.write(name, toGraphLayout(parameter, values));
  }
}

const readTensor = async (program: Program, info: ParameterInfo, name: string): Promise<NamedTensor> => ({
  name,
  shape: info.shape,
  data: toFileLayout(info, await program.read(name)),
});

/** Sets every parameter; `weights` are in the order of `parameters`. */
export function writeWeights(
  program: Program,
  parameters: readonly ParameterInfo[],
  weights: readonly NamedTensor[],
): void {
  parameters.forEach((info, i) => program.write(info.name, toGraphLayout(info, weights[i].data)));
}
