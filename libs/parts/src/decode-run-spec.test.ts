import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSpecErrors } from '@grokscope/schema';
import type { SpecError } from '@grokscope/schema';
import { decodeRunSpec, type RunSpec } from './index.js';

const task = { kind: 'modularAddition', p: 113 };

function decoded(input: unknown): RunSpec {
  const result = decodeRunSpec(input);
  if (E.isLeft(result)) throw new Error(formatSpecErrors(result.left));
  return result.right;
}

function errorsOf(input: unknown): readonly SpecError[] {
  const result = decodeRunSpec(input);
  if (E.isRight(result)) throw new Error('decoded, but should have been refused');
  return result.left;
}

const pathsOf = (input: unknown): string[] => errorsOf(input).map(({ path }) => path);

describe('decoding a RunSpec', () => {
  it('fills in the mainline of the contract where the input is silent', () => {
    expect(decoded({ task })).toEqual({
      name: 'mainline',
      task: { kind: 'modularAddition', p: 113 },
      data: { trainFraction: 0.3, splitSeed: 0, split: 'cpython' },
      model: {
        nLayers: 1,
        dModel: 128,
        nHeads: 4,
        dHead: 32,
        dMlp: 512,
        actFn: 'relu',
        normalization: 'none',
        initScale: 1,
        seed: 0,
      },
      optimizer: { kind: 'adamW', lr: 0.001, betas: [0.9, 0.98], eps: 1e-8, weightDecay: 1, warmupSteps: 10 },
      training: { steps: 40000, batchSize: 'full', loss: 'crossEntropy' },
      observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 1000 },
    });
  });

  it('keeps what the input says, and stays the same when decoded again', () => {
    const spec = decoded({
      name: 'small',
      task: { kind: 'modularPolynomial', p: 23, expression: 'x^2 + y' },
      data: { trainExamples: 100, split: 'native' },
      model: { dModel: 12, nHeads: 3, dHead: 4, dMlp: 0, actFn: 'relu', seed: 9 },
      training: { steps: 5, stopWhen: { testAccuracy: 0.99 } },
    });
    expect(spec.data).toEqual({ trainExamples: 100, splitSeed: 0, split: 'native' });
    expect(spec.model).toMatchObject({ dModel: 12, dMlp: 0, actFn: 'relu', seed: 9, nLayers: 1 });
    expect(spec.training.stopWhen).toEqual({ testAccuracy: 0.99 });
    expect(decoded(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  });

  it('states a rule between fields beside the faults of others', () => {
    const input = {
      task,
      data: { labelNoise: 1 },
      model: { nHeads: 3, seed: 1.5 },
      training: { batchSize: 99999, loss: 'mse' },
    };
    expect(pathsOf(input).sort()).toEqual([
      'data.labelNoise',
      'model.dModel',
      'model.seed',
      'training.batchSize',
      'training.loss',
    ]);
    for (const section of ['data', 'model', 'training'])
      for (const value of [null, 3, []]) expect(pathsOf({ task, [section]: value })).toEqual([section]);
  });

  it('shares nothing with its input or with the defaults', () => {
    const input = { task: { ...task }, optimizer: { betas: [0.5, 0.6] } };
    const spec = decoded(input);
    spec.optimizer.betas[0] = 0;
    Object.assign(spec.task, { p: 7 });
    decoded({ task }).optimizer.betas[0] = 0;
    expect(input).toEqual({ task, optimizer: { betas: [0.5, 0.6] } });
    expect(decoded({ task }).optimizer.betas).toEqual([0.9, 0.98]);
  });

  it('lists every error, however many, each with path, value and what is allowed', () => {
    const errors = errorsOf({
      nane: 'x',
      task: { kind: 'modularAddition', p: 1 },
      data: { trainFraction: 2, splitSeed: -1, split: 'python', infinite: true },
      model: { nLayers: 0, dModel: 1.5, actFn: 'selu', normalization: 'batchNorm', initScale: 0 },
      optimizer: { kind: 'lion', lr: -1, betas: [0.9, 1], eps: 0, weightDecay: -0.1, warmupSteps: 0.5 },
      training: { steps: 0, batchSize: 0, loss: 'hinge', stopWhen: { testAccuracy: 2 } },
      observe: { metricsEvery: 0 },
    });
    expect(errors.map(({ path }) => path).sort()).toEqual(
      [
        'data.infinite',
        'data.split',
        'data.splitSeed',
        'data.trainFraction',
        'model.actFn',
        'model.dModel',
        'model.initScale',
        'model.nLayers',
        'model.normalization',
        'nane',
        'observe.metricsEvery',
        'optimizer.betas',
        'optimizer.eps',
        'optimizer.kind',
        'optimizer.lr',
        'optimizer.warmupSteps',
        'optimizer.weightDecay',
        'task.p',
        'training.batchSize',
        'training.loss',
        'training.steps',
        'training.stopWhen.testAccuracy',
      ].sort(),
    );
    expect(errors).toContainEqual({
      _tag: 'SpecError',
      path: 'optimizer.lr',
      value: -1,
      message: 'must be a number above 0',
      allowed: 'a number above 0',
    });
    for (const { message, allowed } of errors) expect(message.length * allowed.length).toBeGreaterThan(0);
  });

  it('refuses unknown keys at any depth and suggests the nearest known one', () => {
    const [error] = errorsOf({ task, optimizer: { wieghtDecay: 0.3 } });
    expect(error).toMatchObject({ path: 'optimizer.wieghtDecay', value: 0.3 });
    expect(error?.message).toContain('did you mean weightDecay?');
    expect(error?.allowed).toContain('weightDecay');
    expect(pathsOf({ task: { ...task, q: 1 }, trainin: {}, training: { stopWhen: { testAcc: 1 } } })).toEqual(
      ['task.q', 'training.stopWhen.testAcc', 'trainin'],
    );
  });

  it('takes stop conditions on losses beside one on accuracy, and none that names nothing', () => {
    const stopWhen = { testAccuracy: 0.99, testLoss: 0.01, trainLoss: 1 };
    expect(decoded({ task, training: { stopWhen } }).training.stopWhen).toEqual(stopWhen);
    expect(pathsOf({ task, training: { stopWhen: {} } })).toEqual(['training.stopWhen']);
    expect(pathsOf({ task, training: { stopWhen: { testLoss: 0 } } })).toEqual([
      'training.stopWhen.testLoss',
    ]);
  });

  it.each([
    ['p below 2', { task: { ...task, p: 1 } }, 'task.p'],
    ['p that is no integer', { task: { ...task, p: 7.5 } }, 'task.p'],
    ['p above the limit', { task: { ...task, p: 1001 } }, 'task.p'],
    ['p missing', { task: { kind: 'modularAddition' } }, 'task.p'],
    ['division by a composite p', { task: { kind: 'modularDivision', p: 9 } }, 'task.p'],
    ['no task', {}, 'task'],
    ['an unknown task', { task: { kind: 'rot14' } }, 'task.kind'],
    ['a polynomial without expression', { task: { kind: 'modularPolynomial', p: 5 } }, 'task.expression'],
    ['trainFraction 0', { task, data: { trainFraction: 0 } }, 'data.trainFraction'],
    ['trainFraction 1', { task, data: { trainFraction: 1 } }, 'data.trainFraction'],
    [
      'a fraction without an example',
      { task: { ...task, p: 2 }, data: { trainFraction: 0.2 } },
      'data.trainFraction',
    ],
    [
      'as many training examples as there are',
      { task, data: { trainExamples: 12769 } },
      'data.trainExamples',
    ],
    ['both sizes', { task, data: { trainFraction: 0.5, trainExamples: 10 } }, 'data.trainExamples'],
    ['heads that do not fill dModel', { task, model: { dModel: 100 } }, 'model.dModel'],
    ['a seed beyond 2^53', { task, model: { seed: 2 ** 53 } }, 'model.seed'],
    ['an infinite number', { task, optimizer: { lr: Infinity } }, 'optimizer.lr'],
    ['NaN', { task, optimizer: { weightDecay: NaN } }, 'optimizer.weightDecay'],
    ['a number as text', { task, optimizer: { lr: '0.1' } }, 'optimizer.lr'],
    ['null', { task, optimizer: null }, 'optimizer'],
    ['a list for a section', { task, model: [] }, 'model'],
    ['three betas', { task, optimizer: { betas: [0.1, 0.2, 0.3] } }, 'optimizer.betas'],
    ['text', 'modularAddition', ''],
    ['a list', [task], ''],
    ['nothing', undefined, ''],
  ])('refuses %s, and says only that', (_what, input, path) => {
    expect(pathsOf(input)).toEqual([path]);
  });

  it('says with the numbers why heads and width do not fit', () => {
    const [error] = errorsOf({ task, model: { dModel: 100, nHeads: 4, dHead: 32 } });
    expect(error?.message).toBe('must equal nHeads × dHead = 4 × 32 = 128');
    expect(error?.allowed).toBe('dModel 128 with these heads, or dHead 25 with dModel 100');
  });

  it('treats names of built-in properties as the unknown keys they are', () => {
    const input: unknown = JSON.parse('{"task":{"kind":"modularAddition","p":5},"__proto__":{"p":1}}');
    expect(pathsOf(input)).toEqual(['__proto__']);
    expect(pathsOf({ task, model: { constructor: 1, toString: 2 } })).toEqual([
      'model.constructor',
      'model.toString',
    ]);
  });

  it('never throws, whatever JSON it is given, and what it accepts it accepts again', () => {
    const section = fc.dictionary(fc.constantFrom('p', 'kind', 'lr', 'betas', 'dModel', 'x'), fc.jsonValue());
    const specs = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('name', 'task', 'data', 'model', 'optimizer', 'training'), section),
      fc.record({ task: fc.record({ kind: fc.constant('modularAddition'), p: fc.integer() }) }),
    );
    fc.assert(
      fc.property(specs, (input) => {
        const result = decodeRunSpec(input);
        if (E.isRight(result)) expect(decodeRunSpec(result.right)).toEqual(result);
        else expect(formatSpecErrors(result.left).split('\n')).toHaveLength(result.left.length);
      }),
      { seed: 3 },
    );
  });
});

describe('printing spec errors', () => {
  it('gives one line an error with path, value, and what is allowed once', () => {
    const text = formatSpecErrors(errorsOf({ model: { foo: 1 }, task: { kind: 'modularAddition' } }));
    expect(text.split('\n')).toEqual([
      `task.p: missing; must be an integer from 2 to 500`,
      expect.stringMatching(/^model\.foo = 1: is an unknown key \(allowed: kind, nLayers, /),
    ]);
  });

  it('survives values that have no JSON', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(formatSpecErrors(errorsOf({ task, name: cycle }))).toMatch(
      /^name = \{"self":\{"self":.*…: is nested more than 32 levels deep/,
    );
    const text = formatSpecErrors(
      errorsOf({ task, name: new Map(), training: { steps: 10n }, model: { actFn: () => 1 } }),
    );
    expect(text).toContain('name = (Map):');
    expect(text).toContain('training.steps = 10:');
    expect(text).toContain('model.actFn = (function):');
  });
});
