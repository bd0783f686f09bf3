import { measured } from '@grokscope/schema';
import { whyNoGroup } from './admission.js';
import type { KeyFrequencies, Measure } from './measure.js';

const value = measured.object(
  {
    neurons: measured.optional(measured.frequencies()),
    neuronLogit: measured.optional(measured.frequencies()),
    embedding: measured.optional(measured.frequencies()),
  },
  'the key frequencies by each rule',
);

/**
 * The frequencies the network computes with, ascending, by each published rule (`keyRules`): whole numbers from 1 to
 * ⌊n/2⌋, n the order of the task's group. While a run goes on they are told only where they stand out.
 *
 * Source: progress-measures-paper, notebooks and `helpers.py`.
 */
export const keyFrequencies = {
  name: 'keyFrequencies',
  title: 'Key frequencies',
  formula:
    'neuronLogit, embedding: a component above a quarter of the largest; neurons: followed by at least two',
  source: 'progress-measures-paper, notebooks and helpers.py',
  unit: 'frequency of the group',
  range: [1, null],
  needs: [],
  value,
  byKeys: true,
  isSet: true,
  columns: [{ path: '*', note: 'Key frequencies by the rule {}, ascending, with spaces between.' }],
  whyNot: whyNoGroup,
  of: ({ keyFrequencies: keys }) => keys?.byRule,
} as const satisfies Measure<KeyFrequencies['byRule']>;
