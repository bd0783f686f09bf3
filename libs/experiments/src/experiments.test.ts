import { builtIn } from '@grokscope/parts';
import { formatSpecErrors, kindsOf, mergeInputs } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { findPreset, preset, presets, resolveRunSpec } from './index.js';

const errorsOf = (input: unknown): string => {
  const result = resolveRunSpec(input);
  return E.isLeft(result) ? formatSpecErrors(result.left) : '';
};

describe('presets', () => {
  it('decode, each under its own name, with every key written out', () => {
    expect(new Set(presets.map(({ name }) => name)).size).toBe(presets.length);
    for (const { name, spec, teaches } of presets) {
      expect(preset(name)).toEqual(spec);
      expect(spec.name).toBe(name);
      expect(teaches.length).toBeGreaterThan(20);
    }
  });

  it('has the published run as the default of every spec', () => {
    const silent = resolveRunSpec({ task: { kind: 'modularAddition', p: 113 } });
    expect(silent).toEqual(E.right(preset('mainline')));
  });

  it.each(['digitAddition', 'repeatedSubsequence', 'skipTrigram'])(
    'has the recipe of %s as the default of its specs',
    (kind) => {
      const silent = resolveRunSpec({ task: { kind } });
      expect(E.isRight(silent) && preset(silent.right.name)).toEqual(E.isRight(silent) && silent.right);
      expect(E.isRight(silent)).toBe(true);
    },
  );

  it('has one for every kind of task but the table, whose rows are one’s own', () => {
    const others = kindsOf(builtIn.tasks).filter((kind) => kind !== 'table');
    expect(new Set(presets.map(({ spec }) => spec.task.kind))).toEqual(new Set<string>(others));
  });

  it('has the quick recipe as the contract gives it', () => {
    const quick = preset('quick-grok');
    const { optimizer, training, observe, ...same } = preset('mainline');
    expect(quick).toEqual({
      ...same,
      name: 'quick-grok',
      optimizer: { ...optimizer, lr: 0.005, weightDecay: 2 },
      training: { ...training, steps: 1200 },
      observe: { ...observe, metricsEvery: 10, progressEvery: 25, checkpointEvery: 50 },
    });
  });

  it('are found by name; another name is answered with the nearest and with all', () => {
    expect(findPreset('quick-grok')).toEqual(E.right(presets.find(({ name }) => name === 'quick-grok')));
    expect(findPreset('quikgrok')).toMatchObject(
      E.left({
        _tag: 'UnknownPreset',
        message: expect.stringMatching(/"quikgrok".* Did you mean quick-grok\? .*mainline/) as string,
      }),
    );
    expect(() => preset('toString')).toThrow(/There is no preset "toString"\. Presets: quick-grok, mainline/);
  });
});

describe('resolving a spec', () => {
  it('lays what the user wrote over the base', () => {
    const input = { base: 'quick-grok', data: { trainExamples: 500 }, task: { p: 53 } };
    const result = resolveRunSpec(input);
    expect(result).toMatchObject(
      E.right({
        name: 'quick-grok',
        task: { kind: 'modularAddition', p: 53 },
        data: { trainExamples: 500, split: 'cpython' },
        optimizer: { lr: 0.005 },
      }),
    );
    expect(E.isRight(result) && 'base' in result.right).toBe(false);
    expect(input).toEqual({ base: 'quick-grok', data: { trainExamples: 500 }, task: { p: 53 } });
  });

  it('says which bases there are when there is no such one', () => {
    expect(errorsOf({ base: 'quick-grock' })).toMatch(/^base = "quick-grock": .*quick-grok.*did you mean/);
    expect(errorsOf({ base: 3 })).toMatch(/^base = 3: must be one of the presets quick-grok/);
  });

  it('lists the errors of what was laid over a base', () => {
    expect(errorsOf({ base: 'mainline', optimizer: { lr: -1 }, modle: {} }).split('\n')).toEqual([
      'optimizer.lr = -1: must be a number above 0',
      expect.stringMatching(/^modle = \{\}: is an unknown key; did you mean model\?/),
    ]);
  });

  it('needs a task or a base', () => {
    expect(errorsOf({})).toMatch(/^task: missing/);
    expect(errorsOf(null)).toMatch(/base: <preset>/);
  });

  it('merges specs key by key', () => {
    const merged = mergeInputs(preset('mainline'), { optimizer: { weightDecay: 0 } }, builtIn);
    expect(merged).toMatchObject({ optimizer: { weightDecay: 0, lr: 0.001 } });
  });
});
