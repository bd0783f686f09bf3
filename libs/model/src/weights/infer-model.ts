import { inferMlp } from './infer-mlp.js';
import {
  hasNonZero,
  shapeIn,
  type Inferred,
  type InferredTransformer,
  type SeenTensors,
} from './inferred.js';

/** Infers a model from its tensors (`fileTensors`): a multilayer perceptron if it has layers without attention. */
export const inferModel = (tensors: SeenTensors): Inferred => inferMlp(tensors) ?? inferTransformer(tensors);

const LAYER = /^blocks\.(\d+)\./;
/** Biases that a transformer has only with `biases: all`. */
const FURTHER_BIAS = /(^|\.)b_[QKVOU]$/;

function inferTransformer(tensors: SeenTensors): Inferred<InferredTransformer> {
  const names = [...tensors.keys()];
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  const layers = names.map((name) => Number(LAYER.exec(name)?.[1] ?? -1));
  const W_E = shapeIn(tensors, 'embed.W_E', 2);
  const W_pos = shapeIn(tensors, 'pos_embed.W_pos', 2);
  const W_Q = shapeIn(tensors, 'blocks.0.attn.W_Q', 3);
  const W_in = shapeIn(tensors, 'blocks.0.mlp.W_in', 2);
  const W_U = shapeIn(tensors, 'unembed.W_U', 2);
  const hasMlp = has(/^blocks\.0\.mlp\./);
  // W_E is the tensor most often stored transposed; the others show the width of the residual stream.
  const dModel = W_pos?.[1] ?? W_Q?.[1] ?? W_E?.[1];
  const dVocab = W_E && W_E[1] === dModel ? W_E[0] : undefined;
  const nLayers = layers.reduce((most, layer) => Math.max(most, layer + 1), 0);
  const isClasses = W_U !== undefined && W_U[0] === dModel && W_U[1] + 1 === dVocab;
  const isWithout = hasMlp && !has(/\.mlp\.b_(in|out)$/);
  return {
    model: {
      ...(nLayers > 0 ? { nLayers } : {}),
      ...(dModel !== undefined ? { dModel } : {}),
      ...(W_Q ? { nHeads: W_Q[0], dHead: W_Q[2] } : {}),
      ...(hasMlp ? (W_in && W_in[0] === dModel ? { dMlp: W_in[1] } : {}) : { dMlp: 0 }),
      ...(has(/(^|\.)ln\w*\.w$/)
        ? { normalization: has(/(^|\.)ln\w*\.b$/) ? ('layerNorm' as const) : ('rmsNorm' as const) }
        : {}),
      ...(has(/\.ln1\.w$/) && !has(/^ln_final\.w$/) ? { normPosition: 'post' as const } : {}),
      ...(isClasses ? { outputs: 'classes' as const } : {}),
      ...(hasNonZero(tensors, FURTHER_BIAS) ? { biases: 'all' as const } : {}),
      ...(isWithout && !hasNonZero(tensors, FURTHER_BIAS) ? { biases: 'none' as const } : {}),
      ...(nLayers > 0 && W_E && !tensors.has('unembed.W_U') ? { tiedEmbeddings: true } : {}),
    },
    task: {
      ...(dVocab !== undefined ? { dVocab } : {}),
      ...(W_pos ? { nCtx: W_pos[0] } : {}),
    },
  };
}
