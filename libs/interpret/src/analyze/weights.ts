import type { CyclicGroup } from '../waves/group.js';
import { embeddingName, type Network } from '../network/network.js';
import { selectColumns, selectRows } from '../numerics/numbers.js';
import { product } from '../numerics/product.js';
import { componentNorms } from '../waves/transform.js';

/** [n] norms of the components of the embeddings (of an MLP those of the first operand) over the group's elements; row 0 the constant. Source: `helpers.py`. */
export function embeddingComponents({ shape, weight }: Network, { order, first }: CyclicGroup): Float64Array {
  const table = weight(embeddingName(shape)!);
  return componentNorms(selectRows(table, shape.dModel, first), order, shape.dModel);
}

/**
 * [dMlp, outputs.length] the neuron–logit map of a network of one layer, on these outputs; not centred: W_L = W_out · W_U,
 * and of an MLP W_U, which its neurons feed.
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 4.2.
 */
export function neuronLogitMap(
  { shape: { kind, dMlp, dModel }, weight }: Network,
  outputs: ArrayLike<number>,
  dVocabOut: number,
): Float64Array {
  const W_U = selectColumns(weight('unembed.W_U'), dVocabOut, outputs);
  if (kind === 'mlp') return W_U;
  return product(weight('blocks.0.mlp.W_out'), W_U, dMlp, dModel, outputs.length);
}

/** [n] norms over neurons of the components of W_L [dMlp, n] along outputs. Source: `helpers.py`. */
export function neuronLogitComponents(W_L: Float64Array, n: number): Float64Array {
  const neurons = W_L.length / n;
  const transposed = new Float64Array(W_L.length);
  for (let j = 0; j < neurons; j++) for (let c = 0; c < n; c++) transposed[c * neurons + j] = W_L[j * n + c];
  return componentNorms(transposed, n, neurons);
}
