import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { lightPalette } from '@grokscope/figures';
import {
  CIRCLES,
  chooseFrequencies,
  colorOfFrequency,
  noFrequencies,
  onlyHues,
} from './frequency-tracker.js';

/** Norms of 26 frequencies, all one except those given. */
const norms = (strong: Readonly<Record<number, number>> = {}): number[] =>
  Array.from({ length: 26 }, (_, i) => strong[i + 1] ?? 1);

describe('frequencies that stand out', () => {
  it('none while all are alike; then those well above the median, ascending', () => {
    expect(chooseFrequencies(noFrequencies, norms()).standingOut).toEqual([]);
    expect(chooseFrequencies(noFrequencies, norms({ 17: 2.2, 4: 1.7, 9: 1.5 })).standingOut).toEqual([4, 17]);
  });

  it('not the echoes: what is less than about half the largest', () => {
    const learnt = norms({ 1: 10, 2: 4, 7: 9, 14: 5 });
    expect(chooseFrequencies(noFrequencies, learnt).standingOut).toEqual([1, 7]);
  });

  it('stay until they fall well below the line, so that nothing flickers', () => {
    const first = chooseFrequencies(noFrequencies, norms({ 4: 1.7 }));
    const second = chooseFrequencies(first, norms({ 4: 1.4 }));
    expect(second.standingOut).toEqual([4]);
    expect(chooseFrequencies(second, norms({ 4: 1.2 })).standingOut).toEqual([]);
  });

  it('keep their hue for good, even when they come back', () => {
    const first = chooseFrequencies(noFrequencies, norms({ 4: 3 }));
    const second = chooseFrequencies(first, norms({ 9: 3 }));
    const third = chooseFrequencies(second, norms({ 4: 3, 9: 3, 12: 3 }));
    expect([...third.hues]).toEqual([
      [4, 0],
      [9, 1],
      [12, 2],
    ]);
  });

  it('never share a hue with another that stands out', () => {
    const strengths = fc.array(fc.double({ min: 0.5, max: 6, noNaN: true }), {
      minLength: 26,
      maxLength: 26,
    });
    fc.assert(
      fc.property(fc.array(strengths, { minLength: 1, maxLength: 12 }), (looks) => {
        const choice = looks.reduce(
          (before, strengthsNow) => chooseFrequencies(before, strengthsNow),
          noFrequencies,
        );
        const hues = choice.standingOut.map((k) => choice.hues.get(k));
        expect(hues).not.toContain(undefined);
        expect(new Set(hues).size).toBe(hues.length);
        expect(Math.max(-1, ...choice.hues.values())).toBeLessThan(10);
        expect(choice.standingOut.length).toBeLessThanOrEqual(10);
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

describe('the colours of frequencies', () => {
  it('are also given to those key elsewhere in the network, unless they are too many', () => {
    const some = chooseFrequencies(noFrequencies, norms({ 4: 3 }), [4, 9]);
    expect([some.standingOut, [...some.hues.keys()]]).toEqual([[4], [4, 9]]);
    const all = Array.from({ length: 26 }, (_, i) => i + 1);
    expect([...chooseFrequencies(noFrequencies, norms({ 4: 3 }), all).hues.keys()]).toEqual([4]);
    expect(colorOfFrequency(lightPalette, some, 9)).toBe(lightPalette.frequencies[1]);
    expect(colorOfFrequency(lightPalette, some, 10)).toBe(lightPalette.grey);
  });

  it('stay when another time is looked at, whatever stood out before', () => {
    const before = chooseFrequencies(noFrequencies, norms({ 4: 1.7, 9: 3 }));
    const other = chooseFrequencies(onlyHues(before), norms({ 4: 1.5, 9: 3 }));
    expect(other.standingOut).toEqual([9]);
    expect(other.hues).toEqual(before.hues);
  });
});

describe('circles', () => {
  it('are the strongest, ascending, and change only for one clearly stronger', () => {
    const first = chooseFrequencies(noFrequencies, norms({ 3: 2, 8: 2, 11: 2, 20: 2, 25: 1.5 }));
    expect(first.circles).toEqual([3, 8, 11, 20, 25]);
    expect(chooseFrequencies(first, norms({ 3: 2, 8: 2, 11: 2, 20: 2, 25: 1.5, 1: 1.6 })).circles).toEqual(
      first.circles,
    );
    expect(chooseFrequencies(first, norms({ 3: 2, 8: 2, 11: 2, 20: 2, 25: 1.5, 1: 1.7 })).circles).toEqual([
      1, 3, 8, 11, 20,
    ]);
  });

  it('are as many as there are, up to five', () => {
    expect(chooseFrequencies(noFrequencies, [1, 2]).circles).toEqual([1, 2]);
    expect(chooseFrequencies(noFrequencies, norms()).circles).toHaveLength(CIRCLES);
  });
});
