import { ops, type Tensor } from '@grokscope/graph';
import type { Loss } from '../part.js';

/** The mean over all outputs of (logit − onehot(label))². Source: Gromov, arXiv:2301.02679. */
export const meanSquaredError: Loss = {
  kind: 'meanSquaredError',
  title: 'mean squared error',
  apply: (logits, labels) => {
    const [n, nOutputs] = logits.shape;
    const difference = ops.add(logits, ops.gather(minusIdentity(logits.graph, nOutputs), labels));
    const ones = logits.graph.constant(new Float32Array(nOutputs).fill(1), [nOutputs, 1]);
    const sums = ops.matmul(ops.multiply(difference, difference), ones);
    return ops.scale(ops.reshape(sums, [n]), 1 / nOutputs);
  },
};

/** A constant [n, n]: row i is −onehot(i). */
function minusIdentity(graph: Tensor['graph'], n: number): Tensor {
  const values = new Float32Array(n * n);
  for (let i = 0; i < n; i++) values[i * (n + 1)] = -1;
  return graph.constant(values, [n, n]);
}
