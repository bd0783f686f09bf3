import { measured } from '@grokscope/schema';
import type { Analysis } from '../analyze/analysis.js';
import { headScoresOf } from '../analyze/sequences.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { percent } from './text.js';

const value = measured.list(
  measured.object(
    {
      layer: measured.count(),
      head: measured.count(),
      previousToken: measured.number(),
      duplicateToken: measured.number(),
      induction: measured.number(),
    },
    'layer, head and the scores',
  ),
);

/**
 * How much each head attends, on sequences of the task, to the token before, to earlier copies of the token, and to what
 * followed those (induction): mean attention weights, shares of one.
 *
 * Source: TransformerLens, Exploratory Analysis Demo; deviation: on the task's own sequences, but of text on random tokens
 * that are repeated, as there.
 */
export const headScores = {
  name: 'headScores',
  title: 'Scores of the heads',
  formula: 'mean attention weight to the token before, to copies of the token, to what followed them',
  source: 'TransformerLens, Exploratory Analysis Demo',
  unit: '1',
  range: [0, 1],
  needs: [],
  value,
  savedOnly: true,
  whyNot: ({ pairs, model: { nLayers, kind } }) => {
    if (pairs) return 'in a pair of numbers nothing is repeated';
    return nLayers === 0 ? `a model of the kind ${kind} has no heads` : undefined;
  },
  isUnsaid: true,
  of: ({ model, dataset, saved }) => saved && headScoresOf(model, dataset, saved.forward),
  told: {
    section: sections.heads,
    rows: ({ headScores: heads = [] }) =>
      heads.map(({ layer, head, previousToken, duplicateToken, induction }) => ({
        cells: [
          `layer ${layer}, head ${head}`,
          percent(previousToken),
          percent(duplicateToken),
          percent(induction),
        ],
      })),
  },
} as const satisfies Measure<NonNullable<Analysis['headScores']>>;
