import { measured } from '@grokscope/schema';
import { effectiveCount } from '../numerics/concentration.js';
import { byMatrix } from './matrix-spectra.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact } from './text.js';

/**
 * The effective rank of every matrix of the network: exp of the entropy of its singular values, each over their sum. From 0
 * (a matrix of zeros) or 1 (one direction) to the narrower side of the matrix. Tensors by heads are taken head by head.
 * In a run it takes as long as all other measures of a look together, so it is told where a spec names it.
 *
 * Source: Roy and Vetterli 2007.
 */
export const effectiveRank = {
  name: 'effectiveRank',
  title: 'Effective rank',
  formula: 'exp(−Σ q_i ln q_i), q_i = σ_i ÷ Σσ, of each matrix of the weights',
  source: 'Roy and Vetterli 2007, The effective rank',
  unit: 'dimensions',
  range: [0, null],
  needs: [],
  value: measured.byKey(),
  byName: 'runs',
  once: true,
  columns: [
    { path: '*', note: 'Effective rank of the matrix `{}`: exp of the entropy of its singular values.' },
  ],
  curves: [{ of: '*', name: 'effectiveRank', label: 'effective rank', panel: 'own' }],
  of: (look) => byMatrix(look, (squares) => effectiveCount(squares.map((square) => Math.sqrt(square)))),
  told: {
    section: sections.rank,
    rows: ({ effectiveRank: ranks = {} }) =>
      Object.entries(ranks).map(([name, rank]) => ({ key: name, cells: [name, exact(rank)] })),
  },
} as const satisfies Measure<Readonly<Record<string, number>>>;
