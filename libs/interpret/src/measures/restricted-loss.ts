import { measured } from '@grokscope/schema';
import { restrictedLoss as restrictedLossOf } from '../waves/logit-waves.js';
import type { SplitMeans } from '../network/loss.js';
import { whyNeither } from './admission.js';
import { groupReading } from './group-reading.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { means, rowsOf } from './text.js';

const value = measured.split('losses train, test and all');

/**
 * The loss of logits of which only the parts along cos w_k(a+b) and sin w_k(a+b) of the key frequencies k are kept: it
 * shows how well those alone solve the task. In nats, from 0; over all pairs of the group. For a group given by its
 * table: the parts along the cubes χ(x·y·z⁻¹) of its key characters (`characters`), for saved weights only.
 *
 * Source: arXiv:2301.05217, section 5.1; progress-measures-paper, notebooks; of other groups arXiv:2302.03025.
 */
export const restrictedLoss = {
  name: 'restrictedLoss',
  title: 'Restricted loss',
  formula: 'loss(mean over pairs + parts of the logits along cos w_k(a+b), sin w_k(a+b), k key)',
  source: 'arXiv:2301.05217, section 5.1',
  unit: 'nats',
  range: [0, null],
  needs: ['logits'],
  value,
  byKeys: true,
  columns: [
    {
      path: '*',
      note: 'Loss over the answers of {} with only the key frequencies left in the logits.',
    },
  ],
  curves: [
    {
      of: 'all',
      name: 'restricted',
      label: 'restricted',
      panel: 'loss',
      ink: 'ink',
      dash: [7, 4],
      width: 1.5,
      nameAt: 0.8,
      told: {
        name: 'Restricted',
        look: 'dashes',
        is: 'the loss if of all logits over the pairs only the parts along cos w(a+b) and sin w(a+b) of the key frequencies are kept, over all pairs',
      },
    },
  ],
  isLive: ({ pairs }) => pairs?.cyclic !== undefined,
  whyNot: whyNeither,
  absentAt: 2,
  of: (look) => {
    const { keyed } = look;
    if (!keyed) return groupReading(look)?.restrictedLoss;
    return restrictedLossOf(keyed.logits, keyed.waves, keyed.keys);
  },
  told: {
    section: sections.use,
    rows: ({ restrictedLoss: restricted, loss, characters }) =>
      rowsOf(
        restricted
          ? [
              ['loss', ...means(loss)],
              [
                `restricted loss (key ${characters ? 'characters' : 'frequencies'} only)`,
                ...means(restricted),
              ],
            ]
          : [],
      ),
    // Without a group there are no waves.
    instead: ({ keyFrequencies }, why) => (keyFrequencies ? why : undefined),
  },
} as const satisfies Measure<SplitMeans>;
