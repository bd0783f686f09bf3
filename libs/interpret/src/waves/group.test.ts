import { createDataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { cyclicGroupOf, groupExamples } from './group.js';

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

  it('orders characters by their hidden values', () => {
    const made = createDataset({ kind: 'characterAddition', vocabulary: 9, valueSeed: 3 }, data);
    if (made._tag === 'Left') throw new Error(made.left.message);
    const group = cyclicGroupOf(made.right)!;
    expect([...group.first]).not.toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const { label } = groupExamples(group, made.right)!;
    label.forEach((wanted, at) => expect(wanted).toBe((Math.floor(at / 9) + (at % 9)) % 9));
  });

  it('finds none where there is none: no generator, or no single operation', () => {
    for (const task of [
      { kind: 'modularMultiplication', p: 15 },
      { kind: 'modularPolynomial', p: 13, expression: 'x^2 + y' },
    ] as const) {
      const made = createDataset(task, data);
      if (made._tag === 'Left') throw new Error(made.left.message);
      expect(cyclicGroupOf(made.right)).toBeUndefined();
    }
  });
});
