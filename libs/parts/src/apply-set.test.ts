import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { applySet, mergeInputs } from '@grokscope/schema';
import { builtIn } from './index.js';

const set = (input: unknown, ...assignments: string[]): unknown => {
  const result = applySet(input, assignments, builtIn);
  return E.isRight(result) ? result.right : result.left.map(({ path, value }) => [path, value]);
};

describe('--set assignments', () => {
  it('reads values as YAML scalars, lists and objects as JSON', () => {
    const read = (text: string): unknown => (set({}, `a=${text}`) as { a: unknown }).a;
    expect(['0.3', '1e-3', '-2', '.5', '5.', '+1', '1.0e-8'].map(read)).toEqual([
      0.3, 0.001, -2, 0.5, 5, 1, 1e-8,
    ]);
    expect(['true', 'false', 'null', '~'].map(read)).toEqual([true, false, null, null]);
    expect(['relu', '"a b"', "'it''s'", '"1"', '', 'x^2 + y=1', '1-2'].map(read)).toEqual([
      'relu',
      'a b',
      "it's",
      '1',
      '',
      'x^2 + y=1',
      '1-2',
    ]);
    expect(['[0.9, 0.98]', '{"testAccuracy": 1}'].map(read)).toEqual([[0.9, 0.98], { testAccuracy: 1 }]);
  });

  it('sets one value and leaves the rest and its argument alone', () => {
    const input = { task: { p: 7 }, optimizer: { lr: 1, eps: 2 } };
    expect(set(input, 'optimizer.lr=3', 'model.seed=4', 'optimizer.lr=5')).toEqual({
      task: { p: 7 },
      optimizer: { lr: 5, eps: 2 },
      model: { seed: 4 },
    });
    expect(input).toEqual({ task: { p: 7 }, optimizer: { lr: 1, eps: 2 } });
  });

  it('lists every assignment that is not one', () => {
    expect(set({}, 'x', '=3', 'a..b=3', 'ok=1', 'a=[1', "b='x", 'c="')).toEqual([
      ['--set', 'x'],
      ['--set', '=3'],
      ['--set', 'a..b=3'],
      ['a', '[1'],
      ['b', "'x"],
      ['c', '"'],
    ]);
  });

  it('does not reach the prototype of anything', () => {
    const result = set({}, '__proto__.polluted=1') as Record<string, unknown>;
    expect(Object.keys(result)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('laying one spec over another', () => {
  it('treats the two sizes of the training set as alternatives', () => {
    const base = { data: { trainFraction: 0.3, splitSeed: 1 } };
    expect(mergeInputs(base, { data: { trainExamples: 5 } }, builtIn)).toEqual({
      data: { splitSeed: 1, trainExamples: 5 },
    });
    expect(mergeInputs({ data: { trainExamples: 5 } }, base, builtIn)).toEqual(base);
  });

  it('drops the parameters another kind of task does not have, and keeps those it has', () => {
    const base = { task: { kind: 'modularPolynomial', p: 7, expression: 'x' } };
    expect(mergeInputs(base, { task: { kind: 'modularAddition' } }, builtIn)).toEqual({
      task: { kind: 'modularAddition', p: 7 },
    });
    const both = { kind: 'modularAddition', expression: 'y' };
    expect(mergeInputs(base, { task: both }, builtIn)).toEqual({ task: { ...both, p: 7 } });
  });

  it('replaces lists and scalars, and ignores undefined', () => {
    expect(mergeInputs({ a: [1, 2], b: { c: 1 } }, { a: [3], b: undefined }, builtIn)).toEqual({
      a: [3],
      b: { c: 1 },
    });
    expect(mergeInputs({ b: { c: 1 } }, { b: 2 }, builtIn)).toEqual({ b: 2 });
    expect(mergeInputs({ b: 1 }, 'text', builtIn)).toBe('text');
  });
});
