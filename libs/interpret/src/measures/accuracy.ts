import { measured } from '@grokscope/schema';
import type { SplitMeans } from '../network/loss.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { means, percent, rowsOf } from './text.js';

const value = measured.split('accuracies train, test and all');

/**
 * The share of examples whose largest logit among the possible answers is the right one, from 0 to 1.
 *
 * Source: progress-measures-paper, `helpers.py`.
 */
export const accuracy = {
  name: 'accuracy',
  title: 'Accuracy over the answers',
  formula: 'argmax(logits of the answers) = right answer, the mean over examples',
  source: 'progress-measures-paper, helpers.py',
  unit: '1',
  range: [0, 1],
  needs: ['logits'],
  value,
  column: 'accuracyOverAnswers',
  columns: [
    {
      path: '*',
      note: 'The accuracy of {} over the possible **answers** alone: the logits of "=" and of other tokens that are not answers are left out, as in the published analyses. It differs from `trainLoss` and its like, which use every logit. `loss` and `accuracy` of `progress` events and of `analyze`.',
    },
  ],
  // For other tasks every output is a possible answer, and `metrics` report it.
  isLive: ({ pairs }) => pairs !== undefined,
  of: ({ answers }) => answers?.accuracy,
  told: {
    section: sections.loss,
    rows: ({ accuracy: shares }) => rowsOf([['accuracy', ...means(shares, percent)]]),
  },
} as const satisfies Measure<SplitMeans>;
