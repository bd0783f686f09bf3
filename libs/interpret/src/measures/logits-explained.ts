import { measured } from '@grokscope/schema';
import { whyNoTable } from './admission.js';
import { groupReading } from './group-reading.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { percent } from './text.js';

/**
 * The share of the logits, each row without its mean, that lies along the nontrivial characters of the task's group: Σ
 * similarity². A pure number from 0 to 1.
 *
 * Source: Chughtai, Chan and Nanda, *A Toy Model of Universality*, arXiv:2302.03025.
 */
export const logitsExplained = {
  name: 'logitsExplained',
  title: 'Logits explained by characters',
  formula: 'Σ similarity², over the characters but the trivial one',
  source: 'arXiv:2302.03025',
  unit: '1',
  range: [0, 1],
  needs: ['logits'],
  value: measured.number(),
  savedOnly: true,
  whyNot: whyNoTable,
  isUnsaid: true,
  of: (look) => groupReading(look)?.logitsExplained,
  told: {
    section: sections.characters,
    at: 1,
    rows: ({ logitsExplained: share }) =>
      share === undefined ? [] : [{ cells: ['logits explained', '', percent(share), '', '', ''] }],
  },
} as const satisfies Measure<number>;
