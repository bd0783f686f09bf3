import type { DataSpec, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { conditional } from './conditional.js';
import { groupComposition } from './group-composition.js';
import { elementOrders, finiteGroup } from './groups/finite-group.js';
import { createDataset, exampleText, taskWords } from './index.js';
import type { Dataset } from './index.js';
import { modularPolynomial } from './modular-polynomial.js';
import { sparseParity } from './sparse-parity.js';

const half: DataSpec = { trainFraction: 0.5, splitSeed: 0, split: 'native' };
const drawn: DataSpec = { trainExamples: 50, splitSeed: 0, split: 'native' };

function dataset(task: TaskSpec, data: DataSpec = half): Dataset {
  const result = createDataset(task, data);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
}

const composition = (group: object, product = 'xy'): TaskSpec => ({
  kind: 'groupComposition',
  group,
  product,
});

/** The answer to every pair, `[n, n]`. */
const answers = ({ labels }: Dataset): number[] => [...labels];

describe('products in a group', () => {
  it.each([
    [{ cyclic: 7 }, 7, 'x·y in Z_7', '3 · 5 → 1', 3 * 7 + 5],
    [{ dihedral: 4 }, 8, 'x·y in D_4', 'r1 · s0 → s3', 1 * 8 + 4],
    [{ symmetric: 3 }, 6, 'x·y in S_3', '321 · 312 → 132', 5 * 6 + 4],
    [{ alternating: 4 }, 12, 'x·y in A_4', '1234 · 4321 → 4321', 11],
  ])('of %o are its Cayley table', (group, order, title, text, example) => {
    const task = composition(group);
    const data = dataset(task);
    const found = finiteGroup(answers(data));
    expect(found._tag).toBe('Right');
    expect(data).toMatchObject({ nExamples: order ** 2, dVocab: order + 1, nCtx: 3 });
    if (data.structure?.kind !== 'group') throw new Error('no group');
    expect([...data.structure.table]).toEqual(answers(data));
    expect(taskWords(task)).toMatchObject({ title, answers: { count: order } });
    expect(exampleText(task, data, example)).toBe(text);
  });

  it('are composition of permutations as that task has it', () => {
    const plain = dataset({ kind: 'permutationComposition', n: 4 });
    const group = dataset(composition({ symmetric: 4 }));
    expect(group.labels).toEqual(plain.labels);
    expect(group.vocabulary).toEqual(plain.vocabulary);
  });

  it('may be x·y·x or x·y·x⁻¹, which are no Cayley tables', () => {
    const [plain, aba, conjugate] = ['xy', 'xyx', 'xyxInverse'].map((product) =>
      dataset(composition({ symmetric: 4 }, product)),
    ) as [Dataset, Dataset, Dataset];
    const n = 24;
    const times = (x: number, y: number): number => plain.labels[x * n + y]!;
    for (let x = 0; x < n; x++)
      for (let y = 0; y < n; y++) {
        expect(aba.labels[x * n + y]).toBe(times(times(x, y), x));
        // x·y·x⁻¹·x = x·y.
        expect(times(conjugate.labels[x * n + y]!, x)).toBe(times(x, y));
      }
    for (const data of [aba, conjugate]) {
      expect(data.structure).toBeUndefined();
      expect(finiteGroup(answers(data))._tag).toBe('Left');
    }
    const task = composition({ symmetric: 3 }, 'xyxInverse');
    expect(exampleText(task, dataset(task), 1 * 6 + 3)).toBe('132 · 231 · 132⁻¹ → 312');
  });

  it('conjugates keep the order of an element', () => {
    const { table, order } = { table: dataset(composition({ alternating: 4 })).labels, order: 12 };
    const group = finiteGroup(table);
    if (E.isLeft(group)) throw new Error(group.left.message);
    const orders = elementOrders(group.right);
    dataset(composition({ alternating: 4 }, 'xyxInverse')).labels.forEach((z, i) =>
      expect(orders[z]).toBe(orders[i % order]),
    );
  });

  it('name one group', () => {
    const rules = (group: object): readonly string[] =>
      (groupComposition.rules?.({ kind: 'groupComposition', group, product: 'xy' } as never) ?? []).map(
        ({ path, message }) => `${path} ${message}`,
      );
    expect(rules({ cyclic: 5 })).toEqual([]);
    expect(rules({})).toEqual(['task.group must name exactly one kind of group; it names none']);
    expect(rules({ cyclic: 5, symmetric: 3 })).toEqual([
      'task.group must name exactly one kind of group; it names 2',
    ]);
  });
});

describe('conditional operations', () => {
  const p = 11;
  const mod = (value: number): number => ((value % p) + p) % p;

  it.each([
    [
      'divisionOrSubtraction',
      (x: number, y: number, c: number) => (y % 2 ? mod(c * y) === x : c === mod(x - y)),
    ],
    ['additionOrMultiplication', (x: number, y: number, c: number) => c === mod(x % 2 ? x * y : x + y)],
    ['additionOrSubtraction', (x: number, y: number, c: number) => c === mod(x % 2 ? x - y : x + y)],
  ] as const)('%s is what its name says, of every pair', (operation, holds) => {
    const task = { kind: 'conditional', p, operation };
    const { labels, nExamples, vocabulary } = dataset(task);
    expect([nExamples, vocabulary.length]).toEqual([p * p, p + 1]);
    labels.forEach((c, i) => expect([c, holds(Math.floor(i / p), i % p, c)]).toEqual([c, true]));
    expect(exampleText(task, dataset(task), 8 * p + 2)).toMatch(/^x = 8, y = 2 → \d+$/);
  });

  it('needs a prime p to divide, and only then', () => {
    const faults = (p: number, operation: string): number =>
      conditional.rules!({ kind: 'conditional', p, operation } as never).length;
    expect([
      faults(12, 'divisionOrSubtraction'),
      faults(13, 'divisionOrSubtraction'),
      faults(12, 'additionOrMultiplication'),
    ]).toEqual([1, 0, 0]);
  });
});

describe('sparse parity', () => {
  const task = (bits: number, subset: number, subsetSeed = 0): TaskSpec => ({
    kind: 'sparseParity',
    bits,
    subset,
    subsetSeed,
  });

  it('asks for the parity of the hidden bits and no others', () => {
    const data = dataset(task(10, 3), drawn);
    if (data.structure?.kind !== 'parity') throw new Error('no structure');
    const { subset } = data.structure;
    expect([subset.length, new Set(subset).size, Math.max(...subset) < 10]).toEqual([3, 3, true]);
    expect([...subset].sort((a, b) => a - b)).toEqual([...subset]);
    for (let e = 0; e < data.nExamples; e++) {
      const row = data.tokens.subarray(e * 11, (e + 1) * 11);
      expect(row[10]).toBe(2);
      expect(row.subarray(0, 10).every((bit) => bit === 0 || bit === 1)).toBe(true);
      expect(data.labels[e]).toBe(subset.reduce((sum, at) => sum + row[at]!, 0) % 2);
    }
    expect([...data.scoredPositions]).toEqual([10]);
    expect(exampleText(task(10, 3), data, 4)).toMatch(/^[01]{10} → [01]$/);
  });

  it('hides others under another seed, and has no more than there are', () => {
    const hidden = (seed: number): number[] => {
      const { structure } = dataset(task(40, 3, seed), drawn);
      return structure?.kind === 'parity' ? [...structure.subset] : [];
    };
    expect(hidden(1)).toEqual(hidden(1));
    expect(hidden(1)).not.toEqual(hidden(2));
    expect(sparseParity.rules!({ kind: 'sparseParity', bits: 3, subset: 4, subsetSeed: 0 })).toMatchObject([
      { path: 'task.subset', allowed: 'an integer from 1 to 3' },
    ]);
    expect(sparseParity.rules!({ kind: 'sparseParity', bits: 3, subset: 3, subsetSeed: 0 })).toEqual([]);
  });
});

describe('a polynomial in three variables', () => {
  const task: TaskSpec = { kind: 'modularPolynomial', p: 5, expression: 'x*y + 2*z^2' };

  it('has every triple, z innermost', () => {
    const data = dataset(task);
    expect(data).toMatchObject({ nExamples: 125, nCtx: 4, dVocab: 6, dVocabOut: 6, nScored: 1 });
    expect(data.p).toBeUndefined();
    expect([...data.scoredPositions]).toEqual([3]);
    for (let i = 0; i < 125; i++) {
      const [x, y, z, equals] = data.tokens.subarray(4 * i, 4 * i + 4) as unknown as number[];
      expect([equals, (x! * 5 + y!) * 5 + z!]).toEqual([5, i]);
      expect(data.labels[i]).toBe((x! * y! + 2 * z! * z!) % 5);
    }
    expect(exampleText(task, data, 2 * 25 + 3 * 5 + 4)).toBe('x = 2, y = 3, z = 4 → 3');
    expect(taskWords(task)).toMatchObject({ title: 'x*y + 2*z^2 mod 5', examples: 'triples' });
  });

  it('may have a modulus that is not too large', () => {
    const faults = (p: number, expression: string): number =>
      modularPolynomial.rules!({ kind: 'modularPolynomial', p, expression }).length;
    expect([faults(62, 'x + z'), faults(63, 'x + z'), faults(63, 'x + y')]).toEqual([0, 1, 0]);
  });

  it('cannot be read where one in two could not', () => {
    const result = createDataset({ ...task, expression: 'z +' }, half);
    expect(result).toMatchObject(E.left({ _tag: 'ExpressionError', path: 'task.expression', at: 3 }));
  });
});
