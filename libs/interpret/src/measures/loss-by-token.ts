import { measured } from '@grokscope/schema';
import type { SplitMeans } from '../network/loss.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { means, rowsOf } from './text.js';

/** More scored tokens than this are too many for a list. */
const MOST_LISTED = 12;

/** The loss of each scored token of an example by itself, first to last, in nats; for tasks that score several. */
export const lossByToken = {
  name: 'lossByToken',
  title: 'Loss of each scored token',
  formula: '−log softmax(logits at the token)[right answer], the mean over examples',
  unit: 'nats',
  range: [0, null],
  needs: ['logits'],
  value: measured.list(measured.split('losses train, test and all')),
  savedOnly: true,
  whyNot: ({ dataset: { nScored } }) => (nScored > 1 ? undefined : 'the task scores one token'),
  isUnsaid: true,
  of: ({ saved }) => saved?.lossByToken,
  told: {
    section: sections.tokens,
    rows: ({ lossByToken: losses = [] }) =>
      rowsOf(
        losses.length > MOST_LISTED ? [] : losses.map((loss, at) => [`token ${at + 1}`, ...means(loss)]),
      ),
  },
} as const satisfies Measure<readonly SplitMeans[]>;
