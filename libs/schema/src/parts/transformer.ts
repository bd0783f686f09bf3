import type { ModelPart } from './catalogue.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { integer, numberAbove, oneOf } from '../decoding/fields.js';
import type { ModelSpec } from '../spec/model-spec.js';

/** The transformer, as a decoder knows it. */
export const transformer: ModelPart = {
  kind: 'transformer',
  parameters: (actFn) => ({
    nLayers: integer(1, 16),
    dModel: integer(1, 8192),
    nHeads: integer(1, 256),
    dHead: integer(1, 8192),
    dMlp: integer(0, 32768),
    actFn,
    normalization: oneOf('none', 'layerNorm'),
    initScale: numberAbove(0),
    seed: integer(0),
  }),
  rules: modelRules,
  tensorNames,
};

/** The heads together are as wide as the residual stream. */
function modelRules(model: ModelSpec): SpecError[] {
  const { dModel, nHeads, dHead } = model;
  const wide = nHeads * dHead;
  if (wide === dModel) return [];
  const message = `must equal nHeads × dHead = ${nHeads} × ${dHead} = ${wide}`;
  const remedy = dModel % nHeads === 0 ? `, or dHead ${dModel / nHeads} with dModel ${dModel}` : '';
  return [specError('model.dModel', dModel, `dModel ${wide} with these heads${remedy}`, message)];
}

/** The names of a model's trained tensors, as TransformerLens has them, in its order. */
export function tensorNames({ nLayers, dMlp, normalization }: ModelSpec): readonly string[] {
  const norm = (name: string): readonly string[] =>
    normalization === 'layerNorm' ? [`${name}.w`, `${name}.b`] : [];
  const mlp = ['W_in', 'b_in', 'W_out', 'b_out'].map((name) => `mlp.${name}`);
  const block = [
    ...norm('ln1'),
    ...(dMlp > 0 ? norm('ln2') : []),
    ...['W_Q', 'W_K', 'W_V', 'W_O'].map((name) => `attn.${name}`),
    ...(dMlp > 0 ? mlp : []),
  ];
  const blocks = Array.from({ length: nLayers }, (_, n) => block.map((name) => `blocks.${n}.${name}`));
  return ['embed.W_E', 'pos_embed.W_pos', ...blocks.flat(), ...norm('ln_final'), 'unembed.W_U'];
}
