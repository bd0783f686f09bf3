import { createRandom, sizeOf, type Shape } from '@grokscope/base';
import type { ModelSpec } from '@grokscope/schema';

/** What a model must know of its task. */
export interface TaskDimensions {
  readonly dVocab: number;
  readonly dVocabOut: number;
  readonly nCtx: number;
}

/** A trained tensor: its TransformerLens name and shape, and how it starts. */
export interface ParameterInfo {
  readonly name: string;
  /** TransformerLens layout, as in files and snapshots. */
  readonly shape: Shape;
  /** The layout in the graph: heads beside each other as columns, so that one product serves all heads. */
  readonly graphShape: Shape;
  /** Standard deviation of the initial weights; 0 for biases. */
  readonly initialSpread: number;
}

/** A tensor outside the engine, in TransformerLens layout: row-major float32 with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/**
 * Every parameter of a model, in TransformerLens order. Initial weights are N(0,1)·initScale/√dModel, W_U's
 * N(0,1)·initScale/√dVocabOut, biases 0. Source: progress-measures-paper, `transformers.py` (W_out has √dModel too).
 */
export function parameters(model: ModelSpec, task: TaskDimensions): readonly ParameterInfo[] {
  const { nLayers, dModel, nHeads, dHead, dMlp, initScale } = model;
  const spread = initScale / Math.sqrt(dModel);
  const plain = (name: string, shape: Shape, initialSpread = spread): ParameterInfo => ({
    name,
    shape,
    graphShape: shape,
    initialSpread,
  });
  const projection = (name: string): ParameterInfo => ({
    ...plain(name, [nHeads, dModel, dHead]),
    graphShape: [dModel, nHeads * dHead],
  });
  const blocks = Array.from({ length: nLayers }, (_, n) => {
    const block = `blocks.${n}`;
    const attention = [
      projection(`${block}.attn.W_Q`),
      projection(`${block}.attn.W_K`),
      projection(`${block}.attn.W_V`),
      { ...plain(`${block}.attn.W_O`, [nHeads, dHead, dModel]), graphShape: [nHeads * dHead, dModel] },
    ];
    if (dMlp === 0) return attention;
    return [
      ...attention,
      plain(`${block}.mlp.W_in`, [dModel, dMlp]),
      plain(`${block}.mlp.b_in`, [dMlp], 0),
      plain(`${block}.mlp.W_out`, [dMlp, dModel]),
      plain(`${block}.mlp.b_out`, [dModel], 0),
    ];
  });
  return [
    plain('embed.W_E', [task.dVocab, dModel]),
    plain('pos_embed.W_pos', [task.nCtx, dModel]),
    ...blocks.flat(),
    plain('unembed.W_U', [dModel, task.dVocabOut], initScale / Math.sqrt(task.dVocabOut)),
  ];
}

/** Number of trained values. */
export const parameterCount = (model: ModelSpec, task: TaskDimensions): number =>
  parameters(model, task).reduce((n, { shape }) => n + sizeOf(shape), 0);

/**
 * The initial weights for `model.seed`. Each tensor has its own random stream, named after it, so that changing one
 * tensor's shape leaves the others' values alone.
 */
export function initialWeights(model: ModelSpec, task: TaskDimensions): readonly NamedTensor[] {
  const random = createRandom(model.seed).split('initial weights');
  return parameters(model, task).map(({ name, shape, initialSpread }) => {
    const stream = random.split(name);
    const draw = initialSpread === 0 ? () => 0 : () => initialSpread * stream.nextNormal();
    return { name, shape, data: Float32Array.from({ length: sizeOf(shape) }, draw) };
  });
}
