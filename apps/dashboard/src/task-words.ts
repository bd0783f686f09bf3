import { formatCount } from '@grokscope/figures';
import type { RunSpec, TaskSpec } from '@grokscope/schema';
import { exampleCount, trainCount } from '@grokscope/schema';
import type { Place } from './run-source.js';

const OPERATORS: Readonly<Record<Exclude<TaskSpec['kind'], 'modularPolynomial'>, string>> = {
  modularAddition: '+',
  modularSubtraction: '−',
  modularMultiplication: '×',
  modularDivision: '÷',
};

/** The task as one would say it at a blackboard: `a + b mod 113`. */
export const taskWords = (task: TaskSpec): string =>
  task.kind === 'modularPolynomial'
    ? `${task.expression} mod ${task.p}`
    : `a ${OPERATORS[task.kind]} b mod ${task.p}`;

/** How much of the task is seen: `30 % seen`, `750 examples seen`. */
export const dataWords = ({ data }: RunSpec): string => {
  if (data.trainExamples !== undefined) return `${formatCount(data.trainExamples)} examples seen`;
  return `${Math.round(data.trainFraction * 1000) / 10}\u00a0% seen`;
};

/** `1 layer`, `2 layers`. */
export const layerWords = ({ model }: RunSpec): string =>
  `${model.nLayers} layer${model.nLayers === 1 ? '' : 's'}`;

/** Number of pairs in the whole task and in its training part. */
export const pairCounts = ({ task, data }: RunSpec): { readonly all: number; readonly train: number } => {
  const all = exampleCount(task);
  return { all, train: trainCount(all, data) };
};

/** An engine as a person names it, with its threads: `wasm ×2`, `gpu (WebGL2)`, `wasm ×2, in this page`. */
export const engineWords = (engine: string, threads: number, place: Place = 'server'): string => {
  const [name = engine, kind] = engine.split(':');
  const kindWords = { webgpu: 'WebGPU', webgl2: 'WebGL2', headlessgl: 'headless GL' }[kind ?? ''] ?? kind;
  const device = kindWords === undefined ? '' : ` (${kindWords})`;
  const times = threads > 1 ? ` ×${threads}` : '';
  return `${name}${device}${times}${place === 'page' ? ', in this page' : ''}`;
};
