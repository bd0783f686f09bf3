import { whyNoGroup } from './admission.js';
import { answerLogits } from './answer-logits.js';
import type { Measure } from './measure.js';

/**
 * How little the right logit depends on the distance of the two numbers: of L_ab, the logit of the right answer to (a, b),
 * the standard deviation within pairs of one distance a − b, the mean over distances, over that of all L_ab. A clock has
 * it near 1; a pizza, whose logits shrink with |cos(w_k(a − b)/2)|, near 0. From 0 to 1.
 *
 * Source: Zhong et al., arXiv:2306.17844, section 3.2; for tasks other than addition a and b are the elements of the
 * task's cyclic group.
 */
export const distanceIrrelevance = {
  name: 'distanceIrrelevance',
  title: 'Distance irrelevance',
  formula: 'mean over d of std(L_ab | a − b = d) ÷ std(L_ab), L_ab the right logit',
  source: 'Zhong et al., arXiv:2306.17844, section 3.2',
  unit: '1',
  range: [0, null],
  needs: ['logits'],
  once: true,
  curves: [{ name: 'distanceIrrelevance', label: 'distance irrelevance', panel: 'own' }],
  whyNot: whyNoGroup,
  of: (look) => {
    const cyclic = look.pairs?.cyclic;
    const answers = answerLogits(look);
    if (!cyclic || !answers) return undefined;
    const { order: n, output } = cyclic.group;
    const { example } = cyclic.examples;
    const L = new Float64Array(n * n);
    for (let a = 0, at = 0; a < n; a++)
      for (let b = 0; b < n; b++, at++)
        L[at] = answers.logits[example[at] * answers.width + output[(a + b) % n]];
    const ofDistance = new Float64Array(n);
    let within = 0;
    for (let d = 0; d < n; d++) {
      for (let b = 0; b < n; b++) ofDistance[b] = L[((b + d) % n) * n + b];
      within += spread(ofDistance) / n;
    }
    return within / spread(L);
  },
} as const satisfies Measure<number>;

/** The standard deviation of all of these, not of a sample of them. */
function spread(values: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / values.length);
}
