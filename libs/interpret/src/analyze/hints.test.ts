import { describe, expect, it } from 'vitest';
import type { Analysis } from './analysis.js';
import { hintsFor } from './hints.js';

const analysis = (more: Partial<Analysis>): Analysis => ({
  loss: { train: 1e-8, test: 1e-6, all: 7e-7 },
  accuracy: { train: 1, test: 1, all: 1 },
  sumSquaredWeights: { total: 1, byTensor: {} },
  singularValues: { W_E: [] },
  absent: {},
  ...more,
});
const given = { classes: 113, split: 'given', isOwnSpec: false } as const;
const guessing = {
  loss: { train: 4.73, test: 4.72, all: 4.72 },
  accuracy: { train: 0.01, test: 0.01, all: 0.01 },
};
const keys = { keyFrequencies: { neuronLogit: Array.from({ length: 56 }, (_, i) => i + 1) } };

describe('hints', () => {
  it('are none where all is well, or nothing can be mistaken', () => {
    expect(hintsFor(analysis({}), given)).toEqual([]);
    expect(hintsFor(analysis(guessing), { ...given, split: 'file', isOwnSpec: true })).toEqual([]);
    expect(hintsFor(analysis({ loss: { all: 1e-7, train: 1e-7 } }), given)).toEqual([]);
  });

  it('ask whether weights that guess are of this task, and of nothing else', () => {
    const hints = hintsFor(analysis({ ...guessing, ...keys }), given);
    expect(hints).toEqual([expect.stringMatching(/no better than guessing and no frequency stands out/)]);
    expect(hintsFor(analysis({ ...guessing, accuracy: { all: NaN } }), given)).toHaveLength(1);
    // The file's own split, but another task given.
    expect(hintsFor(analysis(guessing), { ...given, split: 'file' })).toHaveLength(1);
  });

  it.each([
    [{ train: 4e-7, test: 3e-7, all: 3e-7 }, 1],
    [{ train: 3e-7, test: 3e-7, all: 3e-7 }, 1],
    [{ train: 2.9e-7, test: 3e-7, all: 3e-7 }, 0],
  ])(
    'ask whether a split is that of training where what it trains on is known no better: %j',
    (loss, count) => {
      const hints = hintsFor(analysis({ loss }), { ...given, split: 'assumed' });
      expect(hints).toHaveLength(count);
      if (count > 0) expect(hints[0]).toMatch(/the split that is assumed here .*data.splitSeed/);
    },
  );
});
