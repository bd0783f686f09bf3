import { measured } from '@grokscope/schema';
import type { ByFrequency } from '../analyze/analysis.js';
import { byFrequency } from '../analyze/key-measures.js';
import { excludedLosses } from '../waves/logit-waves.js';
import { whyNeither } from './admission.js';
import { groupReading } from './group-reading.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact, rowsOf } from './text.js';

const value = measured.object(
  {
    all: measured.number(),
    byFrequency: measured.byKey(),
    byCharacter: measured.optional(measured.byKey()),
  },
  'all, byFrequency and byCharacter',
);

/**
 * The loss on the training pairs of logits from which the parts along cos w_k(a+b) and sin w_k(a+b) are removed, for
 * all key frequencies k together (`all`) and for each alone: it shows how much depends on them. In nats, from 0; absent
 * without training pairs. For a group given by its table: the parts along the cubes χ(x·y·z⁻¹) of its key characters,
 * together and each alone (`byCharacter`), are removed from the logits centred by row; for saved weights only.
 *
 * Source: arXiv:2301.05217, section 5.1; progress-measures-paper, notebooks; of other groups arXiv:2302.03025.
 */
export const excludedLoss = {
  name: 'excludedLoss',
  title: 'Excluded loss',
  formula: 'loss(logits − their parts along cos w_k(a+b), sin w_k(a+b), k key), on the training pairs',
  source: 'arXiv:2301.05217, section 5.1',
  unit: 'nats',
  range: [0, null],
  needs: ['logits'],
  value,
  byKeys: true,
  columns: [
    {
      path: 'all',
      note: 'Loss over the answers of the training examples with all key frequencies taken out of the logits.',
    },
    { path: 'byFrequency.*', note: 'The same with frequency {} alone taken out.' },
    { path: 'byCharacter.*', note: 'The same with the character {} alone taken out.' },
  ],
  curves: [
    {
      of: 'all',
      name: 'excluded',
      label: 'excluded',
      panel: 'loss',
      ink: 'muted',
      dash: [2, 3],
      width: 1.75,
      nameAt: 0.78,
      told: {
        name: 'Excluded',
        look: 'dots',
        is: 'the loss on the training pairs if just these parts are taken away',
      },
    },
  ],
  isLive: ({ pairs }) => pairs?.cyclic !== undefined,
  whyNot: whyNeither,
  absentAt: 3,
  whyNone: ({ restrictedLoss, loss }) =>
    restrictedLoss && loss.train === undefined ? 'no example was trained on' : undefined,
  of: (look) => {
    const { keyed } = look;
    const ofGroup = keyed ? undefined : groupReading(look)?.excludedLoss;
    if (ofGroup) return { ...ofGroup, byFrequency: {} };
    if (!keyed || keyed.logits.train.length === 0) return undefined;
    const { logits, waves, keys } = keyed;
    const losses = excludedLosses(logits, waves, [keys, ...keys.map((k) => [k])]);
    return { all: losses[0], byFrequency: byFrequency(keys, (k) => losses[1 + keys.indexOf(k)]) };
  },
  told: {
    section: sections.use,
    rows: ({ excludedLoss: found }) =>
      rowsOf(
        found
          ? [
              ['excluded loss (nothing but the rest)', exact(found.all), '', ''],
              ...Object.entries(found.byFrequency).map(([k, loss]) => [
                `  without frequency ${k} alone`,
                exact(loss),
                '',
                '',
              ]),
              ...Object.entries(found.byCharacter ?? {}).map(([name, loss]) => [
                `  without character ${name} alone`,
                exact(loss),
                '',
                '',
              ]),
            ]
          : [],
      ),
  },
} as const satisfies Measure<{
  readonly all: number;
  readonly byFrequency: ByFrequency;
  readonly byCharacter?: ByFrequency;
}>;
