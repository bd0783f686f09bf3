import { createDataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { cyclicGroupOf, groupExamples, powersOfGenerator } from './group.js';

const data = { trainFraction: 0.3, splitSeed: 0, split: 'native' } as const;

describe('cyclicGroupOf', () => {
  it.each([
    ['modularAddition', 12, 12],
    ['modularSubtraction', 13, 13],
    ['modularMultiplication', 13, 12],
    ['modularDivision', 11, 10],
  ] as const)('%s mod %i: element i with element j gives element i + j', (kind, p, order) => {
    const dataset = createDataset({ kind, p }, data);
    if (dataset._tag === 'Left') throw new Error(dataset.left.message);
    const group = cyclicGroupOf(dataset.right)!;
    const examples = groupExamples(group, dataset.right)!;
    expect(group.order).toBe(order);
    for (let i = 0; i < order; i++)
      for (let j = 0; j < order; j++) expect(examples.label[i * order + j]).toBe((i + j) % order);
    const places = [...examples.train, ...examples.test].sort((a, b) => a - b);
    expect(places).toEqual(Array.from({ length: order * order }, (_, at) => at));
  });

  it('finds none where there is none: no generator, or no single operation', () => {
    expect(cyclicGroupOf({ kind: 'modularMultiplication', p: 15 })).toBeUndefined();
    expect(cyclicGroupOf({ kind: 'modularPolynomial', p: 13 })).toBeUndefined();
    expect(cyclicGroupOf({ kind: 'rot13' })).toBeUndefined();
  });
});

describe('powersOfGenerator', () => {
  it('reaches every number but 0 once, for primes alone', () => {
    expect([...powersOfGenerator(7)!]).toEqual([1, 3, 2, 6, 4, 5]);
    for (const p of [3, 5, 11, 53, 113])
      expect([...powersOfGenerator(p)!].sort((a, b) => a - b)).toEqual(
        Array.from({ length: p - 1 }, (_, i) => i + 1),
      );
    for (const n of [2, 4, 6, 9, 12]) expect(powersOfGenerator(n)).toBeUndefined();
  });
});
