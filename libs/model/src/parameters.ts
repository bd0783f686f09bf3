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
  /** Standard deviation of the initial weights; 0 for biases and layer normalisation. */
  readonly initialSpread: number;
  /** Their mean: 1 for layer normalisation's weights, else 0. */
  readonly initialMean: number;
}

/** A tensor outside the engine, in TransformerLens layout: row-major float32 with its name. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/**
 * Every parameter of a model, in TransformerLens order. Initial weights are N(0,1)·initScale/√dModel, W_U's
 * N(0,1)·initScale/√dVocabOut, biases 0, layer normalisation's weights 1. Source: progress-measures-paper, `transformers.py` (W_out has √dModel too).
 */
export function parameters(model: ModelSpec, task: TaskDimensions): readonly ParameterInfo[] {
  const { nLayers, dModel, nHeads, dHead, dMlp, normalization, initScale } = model;
  const spread = initScale / Math.sqrt(dModel);
  const plain = (name: string, shape: Shape, initialSpread = spread): ParameterInfo => ({
    name,
    shape,
    graphShape: shape,
    initialSpread,
    initialMean: 0,
  });
  const norm = (name: string): readonly ParameterInfo[] =>
    normalization === 'none'
      ? []
      : [{ ...plain(`${name}.w`, [dModel], 0), initialMean: 1 }, plain(`${name}.b`, [dModel], 0)];
  const projection = (name: string): ParameterInfo => ({
    ...plain(name, [nHeads, dModel, dHead]),
    graphShape: [dModel, nHeads * dHead],
  });
  const blocks = Array.from({ length: nLayers }, (_, n) => {
    const block = `blocks.${n}`;
    const attention = [
      ...norm(`${block}.ln1`),
      ...(dMlp > 0 ? norm(`${block}.ln2`) : []),
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
    ...norm('ln_final'),
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
  return parameters(model, task).map(({ name, shape, initialSpread, initialMean }) => {
    const stream = random.split(name);
    const draw = initialSpread === 0 ? () => initialMean : () => initialSpread * stream.nextNormal();
    return { name, shape, data: Float32Array.from({ length: sizeOf(shape) }, draw) };
  });
}
