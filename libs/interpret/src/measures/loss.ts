import { measured } from '@grokscope/schema';
import type { SplitMeans } from '../network/loss.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { means, rowsOf } from './text.js';

const value = measured.split('losses train, test and all');

/**
 * The mean cross-entropy −log p(right answer), from the logits of the possible answers alone: "=" and later outputs are
 * excluded. In nats, from 0; guessing is log(number of answers).
 *
 * Source: progress-measures-paper, `helpers.py`.
 */
export const loss = {
  name: 'loss',
  title: 'Loss over the answers',
  formula: '−log softmax(logits of the answers)[right answer], the mean over examples',
  source: 'progress-measures-paper, helpers.py',
  unit: 'nats',
  range: [0, null],
  needs: ['logits'],
  value,
  column: 'lossOverAnswers',
  columns: [
    {
      path: '*',
      note: 'The loss of {} over the possible **answers** alone: the logits of "=" and of other tokens that are not answers are left out, as in the published analyses. It differs from `trainLoss` and its like, which use every logit. `loss` and `accuracy` of `progress` events and of `analyze`.',
    },
  ],
  // For other tasks every output is a possible answer, and `metrics` report it.
  isLive: ({ pairs }) => pairs !== undefined,
  parts: [{ path: 'test', absentAt: 13, whyNone: () => 'no example is left to test on' }],
  of: ({ answers }) => answers?.loss,
  told: { section: sections.loss, rows: ({ loss: found }) => rowsOf([['loss', ...means(found)]]) },
} as const satisfies Measure<SplitMeans>;
