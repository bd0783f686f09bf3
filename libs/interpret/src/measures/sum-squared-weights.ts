import { measured } from '@grokscope/schema';
import type { SumSquaredWeights } from '../network/sum-squared-weights.js';
import { sumSquaredWeights as sumOf } from '../network/sum-squared-weights.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact } from './text.js';

const value = measured.object({ total: measured.number(), byTensor: measured.byKey() }, 'total and byTensor');

/**
 * The sum of the squares of all parameters, in total and by tensor, which weight decay reduces. In the square of the
 * weights' own unit, from 0.
 *
 * Source: progress-measures-paper, `helpers.py`.
 */
export const sumSquaredWeights = {
  name: 'sumSquaredWeights',
  title: 'Sum of squared weights',
  formula: 'Σ w²',
  source: 'progress-measures-paper, helpers.py',
  unit: 'squared weights',
  range: [0, null],
  needs: [],
  value,
  columns: [
    { path: 'total', note: 'As `sumSquaredWeights`, summed tensor by tensor.' },
    { path: 'byTensor.*', note: 'Sum of squares of the tensor `{}`.' },
  ],
  of: ({ weights }) => sumOf(weights),
  told: {
    section: sections.weights,
    rows: ({ sumSquaredWeights: { total, byTensor } }) => [
      { cells: ['sum of squares', exact(total)] },
      ...Object.entries(byTensor).map(([name, squares]) => ({ cells: [`  ${name}`, exact(squares)] })),
    ],
  },
} as const satisfies Measure<SumSquaredWeights>;
