import { formatCount, modelWords, seenWords, thingsOf } from '@grokscope/figures';
import { networkShapeOf } from '@grokscope/interpret';
import type { RunSpec } from '@grokscope/schema';
import { trainCount } from '@grokscope/schema';
import { exampleCount, isSampled } from '@grokscope/tasks';
import type { RunHost } from '../run/run-source.js';

/** How much of the task is seen: `30 % seen`, `750 examples seen`, `new sums at every step`. */
export const dataWords = ({ task, data }: Pick<RunSpec, 'task' | 'data'>): string => {
  if (data.infinite) return seenWords({ task, data });
  if (data.trainExamples !== undefined) return `${formatCount(data.trainExamples)} examples seen`;
  if (data.splitFile !== undefined) return `${seenWords({ task, data })} seen`;
  return `${Math.round(data.trainFraction * 1000) / 10}\u00a0% seen`;
};

/**
 * `1 layer`, `2 layers`; for other models than transformers the first phrase of their description: `relu MLP of 128`.
 */
export const layerWords = ({ model }: RunSpec): string => {
  const { nLayers } = networkShapeOf(model);
  return nLayers === 0 ? modelWords(model).replace(/,.*/, '') : `${nLayers} layer${nLayers === 1 ? '' : 's'}`;
};

/** Number of examples in the whole task and in its training part; the latter is Infinity with infinite data, and NaN where a file says it. */
export const pairCounts = ({ task, data }: RunSpec): { readonly all: number; readonly train: number } => {
  const all = exampleCount(task);
  return { all, train: trainCount(all, data) };
};

/** The examples that the two loss curves are measured on. */
export const curvesWords = (spec: RunSpec): string => {
  const { task, data } = spec;
  const { many } = thingsOf(task);
  const { all, train } = pairCounts(spec);
  const blue = data.infinite ? `the first ${many} it trains on` : `the ${counted(train)}${many} it trains on`;
  // Of tasks that draw their examples not all others are measured.
  const count = isSampled(task) ? many : `the ${counted(all - train)}${many}`;
  return `Blue: ${blue}. Orange: ${count} it has never seen.`;
};

/** A number before a noun; nothing where it is not known: it is in a file. */
const counted = (n: number): string => (Number.isNaN(n) ? '' : `${formatCount(n)} `);

/** An engine as a person names it, with its threads: `wasm ×2`, `gpu (WebGL2)`, `wasm ×2, in this page`. */
export const engineWords = (engine: string, threads: number, place: RunHost = 'server'): string => {
  const [name = engine, kind] = engine.split(':');
  const kindWords = { webgpu: 'WebGPU', webgl2: 'WebGL2', headlessgl: 'headless GL' }[kind ?? ''] ?? kind;
  const device = kindWords === undefined ? '' : ` (${kindWords})`;
  const times = threads > 1 ? ` ×${threads}` : '';
  return `${name}${device}${times}${place === 'page' ? ', in this page' : ''}`;
};
