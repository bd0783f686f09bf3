import type { CyclicGroup } from '../waves/group.js';
import type { Network } from '../network/network.js';
import { selectColumns, selectRows } from '../numerics/numbers.js';
import { product } from '../numerics/product.js';
import { componentNorms } from '../waves/transform.js';

/** [n] norms of the components of W_E over the group's elements; row 0 the constant. Source: `helpers.py`. */
export function embeddingComponents({ shape, weight }: Network, { order, first }: CyclicGroup): Float64Array {
  return componentNorms(selectRows(weight('embed.W_E'), shape.dModel, first), order, shape.dModel);
}

/**
 * [dMlp, outputs.length] the neuron–logit map W_L = W_out · W_U of a network of one layer, on these outputs; not centred.
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 4.2.
 */
export function neuronLogitMap(
  { shape: { dMlp, dModel }, weight }: Network,
  outputs: ArrayLike<number>,
  dVocabOut: number,
): Float64Array {
  const W_U = selectColumns(weight('unembed.W_U'), dVocabOut, outputs);
  return product(weight('blocks.0.mlp.W_out'), W_U, dMlp, dModel, outputs.length);
}

/** [n] norms over neurons of the components of W_L [dMlp, n] along outputs. Source: `helpers.py`. */
export function neuronLogitComponents(W_L: Float64Array, n: number): Float64Array {
  const neurons = W_L.length / n;
  const transposed = new Float64Array(W_L.length);
  for (let j = 0; j < neurons; j++) for (let c = 0; c < n; c++) transposed[c * neurons + j] = W_L[j * n + c];
  return componentNorms(transposed, n, neurons);
}
