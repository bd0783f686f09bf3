import { positionLosses, whyNoText } from '../analyze/position-losses.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact, rowsOf } from './text.js';

/** The first and the last of the early positions, and the first of the late ones, counted from 1, of windows of n. */
export const bands = (n: number): { readonly early: readonly [number, number]; readonly late: number } => ({
  early: [Math.max(1, Math.round(0.05 * n)), Math.max(1, Math.round(0.15 * n))],
  late: Math.round(0.9 * n) + 1,
});

/**
 * The in-context score: the mean loss at the last tenth of the positions of a window less that around a tenth of its
 * length, on text not trained on. The more of what a network reads it uses later on, the further below 0.
 *
 * Source: Olsson et al., *In-context Learning and Induction Heads*, arXiv:2209.11895: the 500th token less the 50th.
 * Deviation: bands of a tenth of the window around these places in place of single positions, for windows are short and
 * their number is small.
 */
export const inContextScore = {
  name: 'inContextScore',
  title: 'In-context score',
  formula:
    'mean loss at positions 0.9 n … n less that at 0.05 n … 0.15 n, of windows of n tokens not trained on',
  source: 'arXiv:2209.11895',
  unit: 'nats',
  range: [null, null],
  needs: ['logits'],
  curves: [{ name: 'inContextScore', label: 'in-context score', panel: 'own' }],
  whyNot: whyNoText,
  isUnsaid: true,
  of: (look) => {
    const losses = whyNoText(look) === undefined ? positionLosses(look) : undefined;
    if (!losses) return undefined;
    const { early, late } = bands(losses.length);
    return mean(losses.subarray(late - 1)) - mean(losses.subarray(early[0] - 1, early[1]));
  },
  told: {
    section: sections.positions,
    at: 1,
    rows: ({ measures = {} }) => {
      const score = measures['inContextScore'];
      return typeof score === 'number' ? rowsOf([['late less early (in-context score)', exact(score)]]) : [];
    },
  },
} as const satisfies Measure<number>;

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
