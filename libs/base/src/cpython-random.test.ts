import { describe, expect, it } from 'vitest';
import { cpythonShuffle, cpythonWords } from './cpython-random.js';

/*
 * Every golden value here was printed by CPython 3.11.7:
 *   random.seed(seed); l = list(range(n)); random.shuffle(l)
 */
describe('the order of CPython random.shuffle', () => {
  it('matches on short lists, 33-bit to 53-bit seeds included', () => {
    expect([...cpythonShuffle(10, 0)]).toEqual([7, 8, 1, 5, 3, 4, 2, 0, 9, 6]);
    expect([...cpythonShuffle(7, 42)]).toEqual([1, 3, 4, 2, 6, 0, 5]);
    expect([...cpythonShuffle(9, 2 ** 32 - 1)]).toEqual([0, 7, 1, 5, 2, 6, 4, 8, 3]);
    expect([...cpythonShuffle(8, 2 ** 32)]).toEqual([5, 7, 6, 4, 0, 3, 2, 1]);
    expect([...cpythonShuffle(8, 2 ** 32 + 5)]).toEqual([5, 6, 1, 0, 4, 7, 3, 2]);
    expect([...cpythonShuffle(9, 2 ** 53 - 1)]).toEqual([4, 2, 7, 0, 5, 8, 6, 3, 1]);
  });

  it('matches on the 113² pairs of the published splits, seeds 0 and 1', () => {
    const zero = [...cpythonShuffle(113 * 113, 0)];
    expect(zero.slice(0, 6)).toEqual([2068, 1213, 6243, 2876, 7184, 1686]);
    expect(zero.slice(-4)).toEqual([663, 6890, 12418, 6311]);
    // sum(i*v for i, v in enumerate(l)): a checksum of the whole order.
    expect(zero.reduce((sum, v, i) => sum + i * v, 0)).toBe(517863871983);
    const one = [...cpythonShuffle(113 * 113, 1)];
    expect(one.slice(0, 6)).toEqual([6612, 8645, 6803, 11389, 3304, 3872]);
    expect(one.reduce((sum, v, i) => sum + i * v, 0)).toBe(520986904122);
  });

  it('handles lists with nothing to shuffle', () => {
    expect([...cpythonShuffle(0, 3)]).toEqual([]);
    expect([...cpythonShuffle(1, 3)]).toEqual([0]);
  });

  it('gives the words of random.getrandbits(32)', () => {
    const next = cpythonWords(12345);
    expect([next(), next(), next(), next()]).toEqual([1789368711, 3146859322, 43676229, 3522623596]);
  });

  it('refuses a seed that is not an integer of at least 0', () => {
    expect(() => cpythonShuffle(4, -1)).toThrow(/seed must be/);
  });
});
