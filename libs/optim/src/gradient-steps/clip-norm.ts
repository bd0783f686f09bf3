import { ops } from '@grokscope/graph';
import { numberAbove } from '@grokscope/schema';
import type { GradientStep } from '../part.js';
import { constant } from '../trained.js';

/** Source: torch.nn.utils.clip_grad_norm_. */
const EPS = 1e-6;

/**
 * Scales all gradients by min(1, clipNorm / (‖g‖ + 1e-6)), where ‖g‖ is the norm over all tensors together.
 *
 * Source: Pascanu et al., arXiv:1211.5063; torch.nn.utils.clip_grad_norm_.
 */
export const clipNorm: GradientStep = {
  kind: 'clipNorm',
  parameters: { clipNorm: numberAbove(0) },
  words: ({ clipNorm: most }) => (most === undefined ? [] : [`gradients clipped at ${most}`]),
  isOn: (spec) => spec.clipNorm !== undefined,
  apply: (trained, { spec }) => {
    const most = spec.clipNorm!;
    const squares = trained.map(({ gradient }) => ops.sumSquares(gradient)).reduce(ops.add);
    const excess = ops.relu(ops.add(ops.squareRoot(squares), constant(squares, EPS - most)));
    // max(‖g‖ + 1e-6, clipNorm), written so that a difference never yields a small factor.
    const longest = ops.add(excess, constant(squares, most));
    const factor = ops.divide(constant(squares, most), longest);
    const clipped = trained.map((one) => ({ ...one, gradient: ops.multiplyScalar(one.gradient, factor) }));
    return { trained: clipped, updates: [] };
  },
};
