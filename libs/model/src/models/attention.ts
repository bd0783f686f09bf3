import { ops, type Tensor } from '@grokscope/graph';
import { rotate } from './positions.js';
import type { TransformerSpec } from './transformer-spec.js';

/**
 * Attention of one layer: maps `x [N·nCtx, dModel]` to what is added to the residual stream, of the same shape. With a
 * rate below 1, the weights are that share of the softmax plus the rest as a constant 1 for each visible token. Source:
 * Zhong et al., arXiv:2306.17844 (attention rate).
 *
 * @param positions [N·nCtx] the position of every row
 */
export function attention(
  x: Tensor,
  { nHeads, dHead, biases, positions: how, attention: { rate = 1, causal = true } = {} }: TransformerSpec,
  nCtx: number,
  positions: Tensor,
  weight: (name: string) => Tensor,
  note: (name: string, value: Tensor) => Tensor,
): Tensor {
  const { graph } = x;
  const sizes = { nHeads, nQueries: nCtx, nKeys: nCtx };
  const map = (name: string): Tensor => {
    const y = ops.matmul(x, weight(`attn.W_${name}`));
    return biases === 'all' ? ops.addRow(y, weight(`attn.b_${name}`)) : y;
  };
  const turned = (y: Tensor): Tensor => (how === 'rotary' ? rotate(y, positions, nCtx, nHeads, dHead) : y);
  const q = turned(map('Q'));
  const k = turned(map('K'));
  const v = map('V');
  const scores = note('attn.hook_attn_scores', ops.attentionScores(q, k, sizes, 1 / Math.sqrt(dHead)));
  // The query at position t reads keys 0..t, or without a mask all.
  const lastKey = causal ? positions : graph.constant(new Int32Array(x.shape[0]).fill(nCtx - 1));
  const softmax = ops.attentionSoftmax(scores, lastKey, nHeads);
  const pattern = note('attn.hook_pattern', rate === 1 ? softmax : withConstant(softmax));
  const z = note('attn.hook_z', ops.attentionValues(pattern, v, sizes));
  const out = ops.matmul(z, weight('attn.W_O'));
  return note('hook_attn_out', biases === 'all' ? ops.addRow(out, weight('attn.b_O')) : out);

  function withConstant(softmax: Tensor): Tensor {
    const width = nHeads * nCtx;
    const constant = Float32Array.from({ length: nCtx * width }, (_, i) => {
      const query = Math.floor(i / width);
      return !causal || i % nCtx <= query ? 1 - rate : 0;
    });
    const rest = ops.gather(graph.constant(constant, [nCtx, width]), positions);
    return ops.add(ops.scale(softmax, rate), rest);
  }
}
