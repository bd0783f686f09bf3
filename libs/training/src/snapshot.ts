import type { Program } from '@grokscope/engine';
import { toFileLayout, toGraphLayout, type NamedTensor, type ParameterInfo } from '@grokscope/model';
import { momentNames } from '@grokscope/optim';

/** Copies of every parameter, in TransformerLens layout. */
export async function readWeights(
  program: Program,
  parameters: readonly ParameterInfo[],
): Promise<NamedTensor[]> {
  const weights: NamedTensor[] = [];
  for (const info of parameters) weights.push(await readTensor(program, info, info.name));
  return weights;
}

/** Copies of every optimizer moment, in the layout of its parameter. */
export async function readMoments(
  program: Program,
  parameters: readonly ParameterInfo[],
): Promise<NamedTensor[]> {
  const moments: NamedTensor[] = [];
  for (const info of parameters)
    for (const name of momentNames(info.name)) moments.push(await readTensor(program, info, name));
  return moments;
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

/** Sets every optimizer moment; a state that is not among `moments` stays zero. */
export function writeMoments(
  program: Program,
  parameters: readonly ParameterInfo[],
  moments: readonly NamedTensor[],
): void {
  const byName = new Map(moments.map((moment) => [moment.name, moment.data]));
  for (const info of parameters)
    for (const name of momentNames(info.name)) {
      const data = byName.get(name);
      if (data) program.write(name, toGraphLayout(info, data));
    }
}
