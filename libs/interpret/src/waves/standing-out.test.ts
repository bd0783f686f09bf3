import { describe, expect, it } from 'vitest';
import { frequenciesStandingOut, standingOut } from './standing-out.js';

const firstOf = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('the frequencies that stand out', () => {
  it.each([
    [113, 10],
    [53, 10],
    [29, 9],
    [23, 7],
    [7, 2],
  ])('are those the rule marks, while they are few: of a group of %i at most %i', (order, most) => {
    for (let count = 0; count <= Math.floor(order / 2); count++)
      expect(standingOut(firstOf(count), order)).toEqual(count <= most ? firstOf(count) : []);
  });

  it('of an event are those of the rule it goes by', () => {
    const keyFrequencies = { neuronLogit: [2, 5], embedding: [2, 5, 7] };
    expect(frequenciesStandingOut({ keyFrequencies, keyFrequencyRule: 'neuronLogit' })).toEqual([2, 5]);
    expect(frequenciesStandingOut({})).toEqual([]);
  });
});
