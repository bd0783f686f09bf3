import { measured } from '@grokscope/schema';
import { rowsCorrect } from '../network/loss.js';
import { answerLogits } from './answer-logits.js';
import type { Measure } from './measure.js';

const value = measured.object({ train: measured.byKey(), test: measured.byKey() }, 'train and test');

/**
 * The accuracy on the examples of each answer by itself (of a modular task of each residue), trained on and unseen: does
 * the network come to know some answers before others? By the answer's word; an answer that no example has is absent. Of
 * an example that scores several tokens each counts for itself.
 */
export const accuracyByAnswer = {
  name: 'accuracyByAnswer',
  title: 'Accuracy by answer (residue)',
  formula: 'share right of the examples whose answer is c',
  unit: '1',
  range: [0, 1],
  needs: ['logits'],
  value,
  byName: 'everywhere',
  once: true,
  columns: [
    { path: 'train.*', note: 'Accuracy on training examples whose answer is {}.' },
    { path: 'test.*', note: 'Accuracy on test examples whose answer is {}.' },
  ],
  of: (look) => {
    const answers = answerLogits(look);
    if (!answers) return undefined;
    const { trainIndices, testIndices, nScored, vocabulary } = look.dataset;
    const { logits, width, labels, classes } = answers;
    const correct = rowsCorrect(logits, width, labels, classes);
    const byAnswer = (examples: Int32Array): Readonly<Record<string, number>> => {
      const [right, all] = [new Float64Array(width), new Float64Array(width)];
      for (const example of examples)
        for (let row = example * nScored; row < (example + 1) * nScored; row++) {
          if (labels[row] < 0) continue;
          right[labels[row]] += correct[row];
          all[labels[row]] += 1;
        }
      const seen = Array.from(all, (count, c) => ({ c, count })).filter(({ count }) => count > 0);
      return Object.fromEntries(seen.map(({ c, count }) => [vocabulary[c] ?? String(c), right[c] / count]));
    };
    return { train: byAnswer(trainIndices), test: byAnswer(testIndices) };
  },
} as const satisfies Measure<{
  readonly train: Readonly<Record<string, number>>;
  readonly test: Readonly<Record<string, number>>;
}>;
