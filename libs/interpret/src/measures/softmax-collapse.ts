import type { AnswerLogits } from './answer-logits.js';
import { answerLogits } from './answer-logits.js';
import type { Measure } from './measure.js';

/** Half of float32's last bit of 1: what is no more than this is lost beside it. */
const LOST = 2 ** -24;
/** e^−16.6 is just below that: a single other answer as near as this keeps a gradient alive. */
const NEAR = -16.6;

/**
 * The share of the training examples on which a float32 softmax has collapsed: the sum of its exponentials rounds to that
 * of the right answer, so that the loss of the example and the gradient of its right logit, p − 1, are exactly zero.
 * From 0 to 1. Of an example that scores several tokens each counts for itself.
 *
 * Source: Prieto et al., arXiv:2501.04697, section 3. Here training goes on all the same: its cross-entropy is summed
 * without the 1 (`crossEntropy`).
 */
export const softmaxCollapse = {
  name: 'softmaxCollapse',
  title: 'Softmax collapse',
  formula: 'share of training examples with 1 + Σ_{i≠y} exp(z_i − z_y) = 1 in float32',
  source: 'Prieto et al., arXiv:2501.04697, section 3',
  unit: '1',
  range: [0, 1],
  needs: ['logits'],
  once: true,
  curves: [{ name: 'softmaxCollapse', label: 'softmax collapse', panel: 'own' }],
  of: (look) => {
    const answers = answerLogits(look);
    if (!answers) return undefined;
    const { trainIndices, nScored } = look.dataset;
    let collapsed = 0;
    for (const example of trainIndices)
      for (let s = 0; s < nScored; s++) if (isCollapsed(answers, example * nScored + s)) collapsed += 1;
    return collapsed / (trainIndices.length * nScored);
  },
} as const satisfies Measure<number>;

function isCollapsed({ logits, width, classes, labels }: AnswerLogits, row: number): boolean {
  const at = row * width;
  const label = labels[row];
  if (label < 0 || label >= classes) return false;
  const right = Math.fround(logits[at + label]);
  let nearest = -Infinity;
  for (let i = 0; i < classes; i++) {
    const apart = logits[at + i] - right;
    if (i === label) continue;
    if (!(apart < NEAR)) return false;
    if (apart > nearest) nearest = apart;
  }
  // Even if all were as near as the nearest.
  if (nearest + Math.log(classes) < NEAR - 1) return true;
  let others = 0;
  for (let i = 0; i < classes; i++)
    if (i !== label)
      others = Math.fround(others + Math.fround(Math.exp(Math.fround(logits[at + i] - right))));
  return others <= LOST;
}
