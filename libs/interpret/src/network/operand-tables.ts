import type { MlpSpec } from '@grokscope/model';
import { product } from '../numerics/product.js';

/**
 * The inputs of an MLP's first hidden layer for each element as first and as second operand: two tables [n, hidden[0]].
 * With embeddings W_x·W_in and W_y·W_in, each with its part of W_in; for one-hot operands the parts themselves. Source:
 * Chughtai et al., arXiv:2302.03025.
 *
 * @param weight the tensor of a name, in float64
 * @param n things
 */
export function operandTables(
  { input, combine, hidden, dEmbed, sharedEmbedding }: MlpSpec,
  weight: (name: string) => Float64Array,
  n: number,
): readonly [Float64Array, Float64Array] {
  const [wide] = hidden;
  const W_in = weight(hidden.length === 1 ? 'mlp.W_in' : 'mlp.0.W_in');
  const rows = input === 'oneHot' ? n : dEmbed;
  const table = (at: 0 | 1): Float64Array => {
    const from = combine === 'concatenate' ? at * rows : 0;
    const part = W_in.subarray(from * wide, (from + rows) * wide);
    if (input === 'oneHot') return part;
    const name = sharedEmbedding ? 'embed.W_E' : ['embed.W_x', 'embed.W_y'][at];
    return product(weight(name), part, n, dEmbed, wide);
  };
  return [table(0), table(1)];
}
