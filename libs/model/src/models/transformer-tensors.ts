import type { Shape } from '@grokscope/base';
import type { TaskDimensions } from '../model.js';
import { parameter, type ParameterInfo } from '../tensor.js';
import type { TransformerSpec } from './transformer-spec.js';

/** Whether the residual stream is normalised after each layer, instead of the layer's input. */
export const isPost = ({ normPosition, normalization }: TransformerSpec): boolean =>
  normPosition === 'post' && normalization !== 'none';

/**
 * Returns every parameter of a transformer, in TransformerLens order. Initial weights are N(0,1)·initScale/√dModel,
 * W_U's N(0,1)·initScale/√dVocabOut, biases 0, weights of the normalisation 1. Source: progress-measures-paper,
 * `transformers.py` (W_out has √dModel too).
 */
export function transformerTensors(model: TransformerSpec, task: TaskDimensions): readonly ParameterInfo[] {
  const { nLayers, dModel, nHeads, dHead, dMlp, normalization, initScale } = model;
  const { biases = 'mlp', positions = 'learned', tiedEmbeddings = false } = model;
  const spread = initScale / Math.sqrt(dModel);
  const plain = (name: string, shape: Shape, initialSpread = spread): ParameterInfo =>
    parameter(name, shape, initialSpread);
  const only = <T>(isThere: boolean, infos: readonly T[]): readonly T[] => (isThere ? infos : []);
  const norm = (name: string): readonly ParameterInfo[] => [
    ...only(normalization !== 'none', [parameter(`${name}.w`, [dModel], 0, 1)]),
    ...only(normalization === 'layerNorm', [plain(`${name}.b`, [dModel], 0)]),
  ];
  const projection = (name: string): ParameterInfo => ({
    ...plain(name, [nHeads, dModel, dHead]),
    graphShape: [dModel, nHeads * dHead],
  });
  const headBias = (name: string): ParameterInfo => ({
    ...plain(name, [nHeads, dHead], 0),
    graphShape: [nHeads * dHead],
  });
  const blocks = Array.from({ length: nLayers }, (_, n) => {
    const block = `blocks.${n}`;
    const bias = (name: string, width: number): readonly ParameterInfo[] =>
      only(biases !== 'none', [plain(`${block}.mlp.${name}`, [width], 0)]);
    return [
      ...norm(`${block}.ln1`),
      ...only(dMlp > 0, norm(`${block}.ln2`)),
      projection(`${block}.attn.W_Q`),
      projection(`${block}.attn.W_K`),
      projection(`${block}.attn.W_V`),
      { ...plain(`${block}.attn.W_O`, [nHeads, dHead, dModel]), graphShape: [nHeads * dHead, dModel] },
      ...only(biases === 'all', [
        headBias(`${block}.attn.b_Q`),
        headBias(`${block}.attn.b_K`),
        headBias(`${block}.attn.b_V`),
        plain(`${block}.attn.b_O`, [dModel], 0),
      ]),
      ...only(dMlp > 0, [
        plain(`${block}.mlp.W_in`, [dModel, dMlp]),
        ...bias('b_in', dMlp),
        plain(`${block}.mlp.W_out`, [dMlp, dModel]),
        ...bias('b_out', dModel),
      ]),
    ];
  });
  return [
    plain('embed.W_E', [task.dVocab, dModel]),
    ...only(positions === 'learned', [plain('pos_embed.W_pos', [task.nCtx, dModel])]),
    ...blocks.flat(),
    ...only(!isPost(model), norm('ln_final')),
    ...only(!tiedEmbeddings, [
      plain('unembed.W_U', [dModel, task.dVocabOut], initScale / Math.sqrt(task.dVocabOut)),
    ]),
    ...only(biases === 'all', [plain('unembed.b_U', [task.dVocabOut], 0)]),
  ];
}
