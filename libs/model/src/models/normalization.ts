import { ops, type Tensor } from '@grokscope/graph';

/** Added to the variance or mean square. Source: TransformerLens, `HookedTransformerConfig.eps`. */
const EPS = 1e-5;

/**
 * Normalises each row of `x [N, D]`: `layerNorm` (x − mean)/√(variance + eps)·w + b, `rmsNorm` x/√(mean square +
 * eps)·w; with `none` the rows are unchanged. Source: Ba et al., arXiv:1607.06450; Zhang & Sennrich, arXiv:1910.07467.
 *
 * @param name prefix of the tensors `w` and `b`
 */
export function normalize(
  x: Tensor,
  name: string,
  kind: 'none' | 'layerNorm' | 'rmsNorm',
  weight: (name: string) => Tensor,
  note: (name: string, value: Tensor) => Tensor,
): Tensor {
  if (kind === 'none') return x;
  const normal = kind === 'layerNorm' ? ops.normalizeRows(x, EPS) : ops.rmsNormalizeRows(x, EPS);
  const scaled = ops.multiplyRow(normal, weight(`${name}.w`));
  return note(
    `${name}.hook_normalized`,
    kind === 'layerNorm' ? ops.addRow(scaled, weight(`${name}.b`)) : scaled,
  );
}
