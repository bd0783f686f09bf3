import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { formatSpecErrors, mergeInputs, runSpecDefaults, kindsOf } from '@grokscope/schema';
import { builtIn, decodeRunSpec, type RunSpec } from './index.js';

function decoded(input: unknown): RunSpec {
  const result = decodeRunSpec(input);
  if (E.isLeft(result)) throw new Error(formatSpecErrors(result.left));
  return result.right;
}

const errorsOf = (input: unknown): string => {
  const result = decodeRunSpec(input);
  return E.isLeft(result) ? formatSpecErrors(result.left) : '';
};

const addition = { kind: 'modularAddition', p: 11 };
const digits = { kind: 'digitAddition' };

describe('what a task fills in', () => {
  it('needs no more than its kind, but for a modulus, an expression and a file', () => {
    const given: Record<string, object> = {
      modularPolynomial: { p: 7, expression: 'x + y' },
      conditional: { p: 7 },
      table: { file: 'own.csv' },
      text: { file: 'own.txt' },
      ...Object.fromEntries(
        ['Addition', 'Subtraction', 'Multiplication', 'Division'].map((name) => [`modular${name}`, { p: 7 }]),
      ),
    };
    for (const kind of kindsOf(builtIn.tasks)) {
      const spec = decoded({ task: { kind, ...given[kind] } });
      expect(spec.task.kind).toBe(kind);
      expect(decoded(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
    }
  });

  it('is the recipe of its preset where data may be infinite', () => {
    expect(decoded({ task: digits })).toMatchObject({
      name: 'digit-addition',
      task: { kind: 'digitAddition', digits: 5 },
      data: { infinite: true, splitSeed: 0, split: 'native' },
      optimizer: { lr: 1e-4, weightDecay: 0.1, betas: [0.9, 0.98] },
      training: { batchSize: 64 },
    });
    expect(decoded({ task: { kind: 'repeatedSubsequence' } })).toMatchObject({
      task: { length: 85, subsequence: 16, repeats: 3, vocabulary: 128 },
      model: { nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
      optimizer: { betas: [0.9, 0.999], warmupSteps: 100, weightDecay: 1 },
      training: { batchSize: 128 },
    });
  });

  it('is a group of one kind, whose n has its bounds', () => {
    expect(decoded({ task: { kind: 'groupComposition' } }).task).toEqual({
      kind: 'groupComposition',
      group: { symmetric: 5 },
      product: 'xy',
    });
    const group = (value: unknown): string => errorsOf({ task: { kind: 'groupComposition', group: value } });
    expect(group({ cyclic: 113 })).toBe('');
    expect(group({ symetric: 4 })).toContain(
      'task.group.symetric = 4: is an unknown key; did you mean symmetric?',
    );
    expect(group({ symmetric: 6 })).toMatch(/^task\.group\.symmetric = 6: must be an integer from 2 to 5/);
    expect(group({})).toContain('must name exactly one kind of group; it names none');
    expect(group({ cyclic: 5, dihedral: 4 })).toContain('it names 2');
    expect(group('S_5')).toContain('an object with the keys cyclic, dihedral, symmetric, alternating');
  });

  it('is refused where its numbers do not fit each other', () => {
    expect(errorsOf({ task: { kind: 'sparseParity', bits: 10, subset: 11 } })).toContain('task.subset');
    expect(errorsOf({ task: { kind: 'conditional', p: 12 } })).toContain('must be a prime number');
    expect(errorsOf({ task: { kind: 'modularPolynomial', p: 97, expression: 'x + y + z' } })).toContain(
      'an integer from 2 to 62 where the expression has a z',
    );
  });

  it('gives way to what the input says', () => {
    const spec = decoded({ task: { kind: 'characterAddition', vocabulary: 30 }, data: { splitSeed: 4 } });
    expect(spec.task).toEqual({ kind: 'characterAddition', vocabulary: 30, valueSeed: 0 });
    expect(spec.data).toEqual({ ...runSpecDefaults.data, splitSeed: 4 });
    const finite = decoded({ task: digits, data: { trainExamples: 50 } });
    expect(finite.data).toEqual({ trainExamples: 50, splitSeed: 0, split: 'native' });
    expect(finite.training.batchSize).toBe('full');
  });
});

describe('the amount of data', () => {
  it('is one of three, and a later one replaces an earlier one', () => {
    expect(mergeInputs({ data: { trainFraction: 0.3 } }, { data: { infinite: true } }, builtIn)).toEqual({
      data: { infinite: true },
    });
    expect(mergeInputs({ data: { infinite: true } }, { data: { trainExamples: 7 } }, builtIn)).toEqual({
      data: { trainExamples: 7 },
    });
    expect(errorsOf({ task: digits, data: { infinite: true, trainExamples: 7 } })).toMatch(
      /^data\.infinite = true: cannot stand beside data\.trainExamples/,
    );
  });

  it.each([
    [
      'infinite data of a table',
      { task: addition, data: { infinite: true }, training: { batchSize: 8 } },
      /^data\.infinite = true: .*121 examples.*allowed: trainFraction or trainExamples/,
    ],
    [
      'a fraction of what is drawn',
      { task: digits, data: { trainFraction: 0.5 } },
      /^data\.trainFraction = 0\.5: .*allowed: infinite: true or trainExamples: N/,
    ],
    [
      'more training examples than exist',
      { task: { kind: 'digitAddition', digits: 1 }, data: { trainExamples: 100 } },
      /^data\.trainExamples = 100: must leave at least one of the task's 100 .*from 1 to 99/,
    ],
    [
      'more than are kept',
      { task: digits, data: { trainExamples: 1e6 } },
      /^data\.trainExamples = 1000000: .*infinite: true.*from 1 to 100000/,
    ],
    [
      'infinite: false',
      { task: digits, data: { infinite: false } },
      /^data\.infinite = false: .*trainExamples/,
    ],
    ['noise on all labels', { task: addition, data: { labelNoise: 1 } }, /^data\.labelNoise = 1: .*below 1/],
    [
      'a batch larger than the training set',
      { task: addition, data: { trainExamples: 30 }, training: { batchSize: 31 } },
      /^training\.batchSize = 31: .*30 examples.*full, or an integer from 1 to 30/,
    ],
    [
      'a full batch of infinite data',
      { task: digits, training: { batchSize: 'full' } },
      /^training\.batchSize = "full": .*no full batch.*an integer from 1/,
    ],
    [
      'a batch that is no number',
      { task: addition, training: { batchSize: 'half' } },
      /^training\.batchSize/,
    ],
  ])('refuses %s, and says only that', (_, input, message) => {
    const text = errorsOf(input);
    expect(text).toMatch(message);
    expect(text.split('\n')).toHaveLength(1);
  });
});

describe('the parameters of a task', () => {
  it.each([
    ['S_6', { kind: 'permutationComposition', n: 6 }, /^task\.n = 6: .*from 2 to 5 .*518,400/],
    ['one character', { kind: 'characterAddition', vocabulary: 1 }, /^task\.vocabulary = 1: .*from 2 to 500/],
    [
      'a vocabulary under 2',
      { kind: 'repeatedSubsequence', vocabulary: 1 },
      /^task\.vocabulary = 1: .*from 3/,
    ],
    [
      'a sequence too short for its repeats',
      { kind: 'repeatedSubsequence', length: 48 },
      /^task\.length = 48: is too short: .*3 × 16.* need 49.*at least 49/,
    ],
    [
      'more markers than tokens can follow',
      { kind: 'skipTrigram', markers: 40 },
      /^task\.vocabulary = 64: .*40 markers.*at least 81/,
    ],
    ['a parameter of another task', { kind: 'rot13', p: 5 }, /^task\.p = 5: is an unknown key/],
    ['division by a composite number', { kind: 'modularDivision', p: 91 }, /^task\.p = 91: .*prime/],
    ['words too long to keep', { kind: 'rot13', letters: 4 }, /^task\.letters = 4: .*from 1 to 3/],
  ])('refuses %s', (_, task, message) => {
    expect(errorsOf({ task })).toMatch(message);
  });
});
