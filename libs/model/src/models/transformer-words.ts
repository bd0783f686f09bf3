import type { TransformerSpec } from './transformer-spec.js';

/**
 * Describes a transformer in phrases: `1 layer, width 128, 4 heads`, `relu MLP of 512`, and what differs from the
 * published one.
 */
export function transformerWords(spec: TransformerSpec): readonly string[] {
  const { nLayers, dModel, nHeads, dMlp, actFn, normalization } = spec;
  const { outputs, biases, positions, normPosition, tiedEmbeddings, attention = {} } = spec;
  const { rate, causal } = attention;
  const norm = normalization === 'layerNorm' ? 'layer normalisation' : 'RMS normalisation';
  return [
    `${nLayers} layer${nLayers === 1 ? '' : 's'}, width ${dModel}, ${nHeads} head${nHeads === 1 ? '' : 's'}`,
    dMlp === 0 ? 'attention only' : `${actFn} MLP of ${dMlp}`,
    ...(normalization === 'none' ? [] : [normPosition === 'post' ? `${norm} after each layer` : norm]),
    ...(positions === undefined ? [] : [positions === 'none' ? 'no positions' : `${positions} positions`]),
    ...(rate === undefined ? [] : [`attention rate ${rate}`]),
    ...(causal === false ? ['no attention mask'] : []),
    ...(biases === undefined ? [] : [biases === 'all' ? 'biases everywhere' : 'no biases']),
    ...(tiedEmbeddings === true ? ['tied embeddings'] : []),
    ...(outputs === 'classes' ? ['a logit for each answer'] : []),
  ];
}
