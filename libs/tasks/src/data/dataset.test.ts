import type { DataSpec, TaskSpec } from '@grokscope/schema';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { builtInTasks, createDataset, describeTasks } from '../index.js';
import type { Dataset } from '../index.js';

const published: DataSpec = { trainFraction: 0.3, splitSeed: 0, split: 'cpython' };

function dataset(task: TaskSpec, data: DataSpec = published): Dataset {
  const result = createDataset(task, data);
  if (E.isLeft(result)) throw new Error(result.left.message);
  return result.right;
}

/** Checks the label of every example against a definition; returns how many were checked. */
function checkLabels(task: TaskSpec, holds: (a: number, b: number, label: number) => boolean): number {
  const { tokens, labels, nExamples, p } = dataset(task);
  for (let i = 0; i < nExamples; i++) {
    const [a, b, equals] = tokens.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    expect(equals).toBe(p);
    const label = labels[i]!;
    if (!holds(a, b, label)) throw new Error(`wrong label: ${a} ∘ ${b} = ${label} mod ${p}`);
  }
  return nExamples;
}

describe('modular tasks', () => {
  it('has the shapes, vocabulary and order of the published run', () => {
    const { tokens, labels, ...data } = dataset({ kind: 'modularAddition', p: 113 });
    expect(data).toMatchObject({ p: 113, dVocab: 114, dVocabOut: 114, nCtx: 3, nExamples: 12769 });
    expect(data.vocabulary).toHaveLength(114);
    expect([data.vocabulary[0], data.vocabulary[112], data.vocabulary[113]]).toEqual(['0', '112', '=']);
    expect([...data.scoredPositions]).toEqual([2]);
    // Index a·p + b, not transposed: a = 5, b = 110.
    const i = 5 * 113 + 110;
    expect([...tokens.subarray(3 * i, 3 * i + 3)]).toEqual([5, 110, 113]);
    expect(labels[i]).toBe(2);
    expect(tokens).toHaveLength(3 * 12769);
    expect(labels).toHaveLength(12769);
  });

  it.each([2, 3, 5, 23, 113])('labels every pair right, p = %i', (p) => {
    const pairs = p * p;
    expect(checkLabels({ kind: 'modularAddition', p }, (a, b, c) => c === (a + b) % p)).toBe(pairs);
    expect(checkLabels({ kind: 'modularSubtraction', p }, (a, b, c) => (c + b) % p === a)).toBe(pairs);
    expect(checkLabels({ kind: 'modularMultiplication', p }, (a, b, c) => c === (a * b) % p)).toBe(pairs);
    const divides = (a: number, b: number, c: number): boolean => b > 0 && c < p && (c * b) % p === a;
    if (p > 2) expect(checkLabels({ kind: 'modularDivision', p }, divides)).toBe(p * (p - 1));
    const polynomial: TaskSpec = { kind: 'modularPolynomial', p, expression: 'x^2 + x*y + y^2' };
    expect(checkLabels(polynomial, (x, y, c) => c === (x * x + x * y + y * y) % p)).toBe(pairs);
  });

  it('leaves b = 0 out of division and stands at a·(p − 1) + (b − 1)', () => {
    const { tokens } = dataset({ kind: 'modularDivision', p: 7 });
    const i = 4 * 6 + (5 - 1);
    expect([...tokens.subarray(3 * i, 3 * i + 2)]).toEqual([4, 5]);
  });

  it('allows a modulus that is not prime where no inverse is needed', () => {
    expect(checkLabels({ kind: 'modularMultiplication', p: 12 }, (a, b, c) => c === (a * b) % 12)).toBe(144);
  });

  it('passes on an expression that cannot be read', () => {
    const result = createDataset({ kind: 'modularPolynomial', p: 5, expression: 'x +' }, published);
    expect(result).toMatchObject(E.left({ _tag: 'ExpressionError', path: 'task.expression', at: 3 }));
  });
});

describe('splits', () => {
  it('is the published one for seeds 0 and 1 at p = 113', () => {
    // Printed by CPython 3.11.7: random.seed(s); l = list(range(12769)); random.shuffle(l); int(.3*12769) = 3830.
    const zero = dataset({ kind: 'modularAddition', p: 113 });
    expect(zero.trainIndices).toHaveLength(3830);
    expect([...zero.trainIndices.slice(0, 6)]).toEqual([2068, 1213, 6243, 2876, 7184, 1686]);
    expect([...zero.trainIndices.slice(-4)]).toEqual([6999, 435, 4325, 7369]);
    expect([...zero.testIndices.slice(0, 4)]).toEqual([5717, 10503, 3291, 8641]);
    expect([...zero.testIndices.slice(-4)]).toEqual([663, 6890, 12418, 6311]);
    const one = dataset({ kind: 'modularAddition', p: 113 }, { ...published, splitSeed: 1 });
    expect([...one.trainIndices.slice(0, 6)]).toEqual([6612, 8645, 6803, 11389, 3304, 3872]);
    expect([...one.trainIndices.slice(-4)]).toEqual([5835, 1429, 7878, 2875]);
    expect([...one.testIndices.slice(0, 4)]).toEqual([10160, 1947, 9245, 4227]);
    expect([...one.testIndices.slice(-4)]).toEqual([1033, 12513, 9325, 2201]);
  });

  it('is a partition of all examples, the same for the same seed, another for another', () => {
    const moduli = fc.constantFrom(2, 3, 7, 10, 31);
    const seeds = fc.nat();
    const orders = fc.constantFrom<DataSpec['split']>('native', 'cpython');
    fc.assert(
      fc.property(moduli, seeds, orders, fc.double({ min: 0.25, max: 0.99 }), (p, splitSeed, split, f) => {
        const task: TaskSpec = { kind: 'modularAddition', p };
        const data: DataSpec = { trainFraction: f, splitSeed, split };
        const { trainIndices, testIndices } = dataset(task, data);
        expect(trainIndices).toHaveLength(Math.floor(f * p * p));
        const all = [...trainIndices, ...testIndices].sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: p * p }, (_, i) => i));
        expect(dataset(task, data).trainIndices).toEqual(trainIndices);
        if (p < 10 || trainIndices.length < 20) return;
        expect(dataset(task, { ...data, splitSeed: splitSeed + 1 }).trainIndices).not.toEqual(trainIndices);
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it('takes a number of examples in place of a fraction', () => {
    const data: DataSpec = { trainExamples: 17, splitSeed: 0, split: 'native' };
    const { trainIndices, testIndices } = dataset({ kind: 'modularAddition', p: 5 }, data);
    expect([trainIndices.length, testIndices.length]).toEqual([17, 8]);
  });

  it('refuses to leave nothing to train on or nothing to test on', () => {
    const at = (data: DataSpec) => createDataset({ kind: 'modularAddition', p: 2 }, data);
    expect(at({ ...published, trainFraction: 0.1 })).toMatchObject(
      E.left({ _tag: 'EmptySplitError', path: 'data.trainFraction', nTrain: 0, nExamples: 4 }),
    );
    expect(at({ trainExamples: 4, splitSeed: 0, split: 'native' })).toMatchObject(
      E.left({ path: 'data.trainExamples' }),
    );
  });
});

describe('the catalogue', () => {
  it('lists every kind a spec can name, with its parameters', () => {
    const described = describeTasks(builtInTasks);
    // The kinds that the contract names, in its order; there may be more.
    expect(described.map(({ kind }) => kind).slice(0, 11)).toEqual([
      'modularAddition',
      'modularSubtraction',
      'modularMultiplication',
      'modularDivision',
      'modularPolynomial',
      'characterAddition',
      'rot13',
      'digitAddition',
      'repeatedSubsequence',
      'skipTrigram',
      'permutationComposition',
    ]);
    for (const { teaches, parameters } of described) {
      expect(teaches.length).toBeGreaterThan(20);
      expect(Object.keys(parameters).length).toBeGreaterThan(0);
    }
  });
});
