import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anyTaskCatalogue,
  decodeSweepSpec,
  formatSpecErrors,
  setAt,
  valueAt,
  variedPaths,
} from '../index.js';
import type { SpecError, SweepSpec } from '../index.js';

const grid = { name: 'decay', base: 'mainline', vary: { 'optimizer.weightDecay': [0, 1] }, seeds: [0, 1] };

const errorsOf = (input: unknown): readonly SpecError[] => {
  const result = decodeSweepSpec(input);
  return E.isLeft(result) ? result.left : [];
};
const pathsOf = (input: unknown): string[] => errorsOf(input).map(({ path }) => path);
const decoded = (input: unknown): SweepSpec => {
  const result = decodeSweepSpec(input);
  if (E.isLeft(result)) throw new Error(formatSpecErrors(result.left));
  return result.right;
};

describe('a sweep file', () => {
  it('decodes a grid, cases, and seeds alone; without seeds it is seed 0', () => {
    expect(decoded(grid)).toEqual(grid);
    const cases = [{ 'task.p': 5 }, { 'task.p': 7, 'optimizer.lr': 0.1 }];
    expect(decoded({ name: 'a', base: { task: {} }, cases }).seeds).toEqual([0]);
    expect(variedPaths(decoded({ name: 'a', base: 'mainline', cases }))).toEqual(['task.p', 'optimizer.lr']);
    expect(variedPaths(decoded({ name: 'a', base: 'mainline', seeds: [4, 2] }))).toEqual([]);
  });

  it('lists every error with its path', () => {
    const input = {
      nmae: 'x',
      base: 3,
      vary: { 'optimizer.lr': [], data: { trainFraction: [1] } },
      seeds: [],
    };
    expect(pathsOf(input)).toEqual(['name', 'base', 'seeds', 'nmae', 'vary.optimizer.lr', 'vary.data']);
    expect(errorsOf({ ...grid, vari: {} })[0]?.message).toContain('did you mean vary?');
    expect(pathsOf([])).toEqual(['']);
  });

  it.each([
    ['vary beside cases', { ...grid, cases: [{ 'task.p': 5 }] }, 'cases'],
    ['an empty grid', { ...grid, vary: {} }, 'vary'],
    ['no cases', { name: 'a', base: 'mainline', cases: [] }, 'cases'],
    ['a case that is no object', { name: 'a', base: 'mainline', cases: [3] }, 'cases.0'],
    ['a value twice', { ...grid, vary: { 'task.p': [5, 7, 5] } }, 'vary.task.p'],
    ['a case twice', { name: 'a', base: 'mainline', cases: [{ 'task.p': 5 }, { 'task.p': 5 }] }, 'cases'],
    ['a seed twice', { ...grid, seeds: [1, 1] }, 'seeds'],
    ['a seed that is none', { ...grid, seeds: [-1] }, 'seeds'],
    ['the seed as a varied path', { ...grid, vary: { 'model.seed': [1, 2] } }, 'vary.model.seed'],
    ['the name as a varied path', { ...grid, vary: { name: ['a'] } }, 'vary.name'],
    ['a path with a hole', { ...grid, vary: { 'optimizer..lr': [1] } }, 'vary.optimizer..lr'],
    [
      'a finding without its thresholds',
      { ...grid, finding: { statistic: 'stepTestLossBelow' } },
      'finding.thresholds',
    ],
    [
      'thresholds for a statistic without',
      { ...grid, finding: { statistic: 'stepGeneralized', thresholds: [1] } },
      'finding.thresholds',
    ],
    [
      'a finding against what is not varied',
      { ...grid, finding: { statistic: 'stepGeneralized', against: 'task.p' } },
      'finding.against',
    ],
    [
      'published values of no threshold',
      {
        ...grid,
        finding: {
          statistic: 'stepTestLossBelow',
          thresholds: [1, 0.01],
          published: [{ source: 'a paper', points: [[1, 2]] }],
        },
      },
      'finding.published.0.threshold',
    ],
  ])('refuses %s', (_, input, path) => {
    expect(pathsOf(input)).toEqual([path]);
  });

  it('never throws, and accepts what it accepted again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (vary, seeds) => {
        const result = decodeSweepSpec({ name: 'x', base: 'mainline', vary, seeds });
        if (E.isRight(result)) expect(decodeSweepSpec(result.right)).toEqual(result);
        else expect(result.left.length).toBeGreaterThan(0);
      }),
      { seed: 3 },
    );
  });
});

describe('paths', () => {
  it('are set and read without changing what they are laid over', () => {
    const input = { optimizer: { lr: 1 } };
    const patched = setAt(input, 'optimizer.weightDecay', 0.3, anyTaskCatalogue);
    expect(patched).toEqual({ optimizer: { lr: 1, weightDecay: 0.3 } });
    expect(valueAt(patched, 'optimizer.weightDecay')).toBe(0.3);
    expect(valueAt(patched, 'optimizer.toString')).toBeUndefined();
    expect(valueAt(patched, 'optimizer.lr.more')).toBeUndefined();
    expect(input).toEqual({ optimizer: { lr: 1 } });
  });
});
