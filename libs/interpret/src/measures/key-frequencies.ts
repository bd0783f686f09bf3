import { measured } from '@grokscope/schema';
import { whyNoGroup } from './admission.js';
import type { KeyRule } from '../waves/key-frequencies.js';
import type { KeyFrequencies, Measure } from './measure.js';
import { sections } from './sections.js';

const value = measured.object(
  {
    neurons: measured.optional(measured.frequencies()),
    neuronLogit: measured.optional(measured.frequencies()),
    embedding: measured.optional(measured.frequencies()),
  },
  'the key frequencies by each rule',
);

/** The criterion of each rule, in the order of the text. */
const RULES = {
  neurons: 'at least 2 neurons follow them',
  neuronLogit: 'strong in the map from neurons to logits',
  embedding: 'strong in the embedding',
} as const satisfies Readonly<Record<KeyRule, string>>;

/** If there are more frequencies than this, only their number is given. */
const MOST_LISTED = 12;

/**
 * The frequencies the network computes with, ascending, by each published rule (`keyRules`): whole numbers from 1 to
 * ⌊n/2⌋, n the order of the task's group. During a run they are reported only if they stand out.
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
  absentAt: 1,
  of: ({ keyFrequencies: keys }) => keys?.byRule,
  told: {
    section: sections.keys,
    rows: ({ keyFrequencies: byRule, keyFrequencyRule, group }) =>
      Object.entries(RULES).flatMap(([rule, why]) => {
        const found = byRule?.[rule as KeyRule];
        if (!found) return [];
        const ofAll = group ? ` of ${Math.floor(group.order / 2)}` : '';
        const listed = found.length > MOST_LISTED ? `${found.length}${ofAll}` : found.join(', ');
        const mark = rule === keyFrequencyRule ? '→' : '';
        return [{ cells: [mark, rule, why, found.length === 0 ? 'none' : listed] }];
      }),
  },
} as const satisfies Measure<KeyFrequencies['byRule']>;
