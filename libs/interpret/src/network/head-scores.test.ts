import { describe, expect, it } from 'vitest';
import { headScores } from './head-scores.js';

const nCtx = 6;
const tokens = Int32Array.of(9, 4, 7, 9, 4, 7);

/** One head that looks at one key from each query. */
const looking = (keys: readonly number[]): Float64Array =>
  Float64Array.from(keys.flatMap((key) => Array.from({ length: nCtx }, (_, at) => (at === key ? 1 : 0))));

describe('headScores', () => {
  it.each([
    ['previousToken', [0, 0, 1, 2, 3, 4]],
    ['duplicateToken', [0, 0, 0, 0, 1, 2]],
    ['induction', [0, 0, 0, 1, 2, 3]],
  ] as const)('gives a %s head all of its own score', (name, keys) => {
    const [scores] = headScores({ nHeads: 1, nCtx, tokens, pattern: looking(keys) });
    expect(scores[name]).toBe(1);
  });

  it('asks of repeats only the queries that are named', () => {
    // The last query looks at what followed its earlier copy, the one before it does not.
    const pattern = looking([0, 0, 0, 1, 0, 3]);
    const scoreOf = (queries: number[]) =>
      headScores({ nHeads: 1, nCtx, tokens, pattern, queries })[0].induction;
    expect([scoreOf([5]), scoreOf([4]), scoreOf([4, 5])]).toEqual([1, 0, 0.5]);
    expect(scoreOf([0])).toBeNaN();
  });

  it('scores heads apart, and has no induction score where nothing repeats', () => {
    const one = looking([0, 0, 1, 2, 3, 4]);
    const other = looking([0, 1, 2, 3, 4, 5]);
    const pattern = Float64Array.from({ length: 2 * nCtx * nCtx }, (_, at) => {
      const [row, rest] = [Math.floor(at / (2 * nCtx)), at % (2 * nCtx)];
      return (rest < nCtx ? one : other)[row * nCtx + (rest % nCtx)];
    });
    const scores = headScores({ nHeads: 2, nCtx, tokens: Int32Array.of(1, 2, 3, 4, 5, 6), pattern });
    expect(scores.map(({ previousToken }) => previousToken)).toEqual([1, 0]);
    expect(scores[0].induction).toBeNaN();
  });
});
