import { measured } from '@grokscope/schema';
import { participationRatio as ratioOf } from '../numerics/concentration.js';
import { byMatrix } from './matrix-spectra.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact } from './text.js';

/**
 * The participation ratio of every matrix of the network: of the squares λ of its singular values (Σλ)² ÷ Σλ². From 0 (a
 * matrix of zeros) or 1 (one direction) to the narrower side of the matrix; small directions count less than in the
 * effective rank.
 */
export const participationRatio = {
  name: 'participationRatio',
  title: 'Participation ratio',
  formula: '(Σλ)² ÷ Σλ², λ = σ², of each matrix of the weights',
  source: 'Gao et al. 2017, bioRxiv 214262',
  unit: 'dimensions',
  range: [0, null],
  needs: [],
  value: measured.byKey(),
  byName: 'runs',
  once: true,
  columns: [
    { path: '*', note: 'Participation ratio (Σλ)² ÷ Σλ² of the matrix `{}`, λ its squared singular values.' },
  ],
  curves: [{ of: '*', name: 'participationRatio', label: 'participation ratio', panel: 'own' }],
  of: (look) => byMatrix(look, ratioOf),
  told: {
    section: sections.rank,
    at: 1,
    rows: ({ participationRatio: ratios = {} }) =>
      Object.entries(ratios).map(([name, ratio]) => ({ key: name, cells: [exact(ratio)] })),
  },
} as const satisfies Measure<Readonly<Record<string, number>>>;
