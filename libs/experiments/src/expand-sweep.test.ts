import { countFaults, formatSpecErrors } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { MAX_RUNS, expandSweep, preset } from './index.js';
import type { SweepPlan } from './index.js';

const grid = {
  name: 'decay',
  base: 'mainline',
  vary: { 'optimizer.weightDecay': [0, 1], 'data.trainFraction': [0.3, 0.5, 0.9] },
  seeds: [4, 7],
};

const planOf = (input: unknown): SweepPlan => {
  const plan = expandSweep(input);
  if (E.isLeft(plan)) throw new Error(formatSpecErrors(plan.left));
  return plan.right;
};
const errorsOf = (input: unknown): string[] => {
  const plan = expandSweep(input);
  return E.isLeft(plan) ? formatSpecErrors(plan.left).split('\n') : [];
};

describe('expanding a sweep', () => {
  it('makes every combination of a grid with every seed, the last path varying fastest', () => {
    const { cells, paths } = planOf(grid);
    expect(paths).toEqual(['optimizer.weightDecay', 'data.trainFraction']);
    expect(cells).toHaveLength(12);
    expect(cells.slice(0, 4).map(({ values, seed }) => [...Object.values(values), seed])).toEqual([
      [0, 0.3, 4],
      [0, 0.3, 7],
      [0, 0.5, 4],
      [0, 0.5, 7],
    ]);
    const { name: _, ...spec } = cells[11]!.spec;
    const { name: __, ...base } = preset('mainline');
    expect(spec).toEqual({
      ...base,
      data: { ...base.data, trainFraction: 0.9 },
      model: { ...base.model, seed: 7 },
      optimizer: { ...base.optimizer, weightDecay: 1 },
    });
    expect(cells[11]!.spec.name).toBe('decay weightDecay=1 trainFraction=0.9 seed=7');
  });

  it('leaves the split alone unless its seed is varied', () => {
    expect(new Set(planOf(grid).cells.map(({ spec }) => spec.data.splitSeed))).toEqual(new Set([0]));
    const { cells } = planOf({ ...grid, vary: { 'data.splitSeed': [1, 2] } });
    expect(cells.map(({ spec }) => [spec.data.splitSeed, spec.model.seed])).toEqual([
      [1, 4],
      [1, 7],
      [2, 4],
      [2, 7],
    ]);
  });

  it('gives a cell the same id whatever else the file holds and however a case is written', () => {
    const ids = (input: object): string[] => planOf(input).cells.map(({ id }) => id);
    const more = ids({
      ...grid,
      vary: { ...grid.vary, 'data.trainFraction': [0.9, 0.2, 0.3] },
      seeds: [7, 9],
    });
    const shared = ids(grid).filter((id) => more.includes(id));
    expect(shared).toHaveLength(4);
    expect(new Set(more).size).toBe(12);
    const cases = [{ 'optimizer.weightDecay': 0, 'data.trainFraction': 0.3 }];
    const turned = [{ 'data.trainFraction': 0.3, 'optimizer.weightDecay': 0 }];
    expect(ids({ name: 'a', base: 'mainline', cases, seeds: [4] })).toEqual(ids(grid).slice(0, 1));
    expect(ids({ name: 'a', base: 'mainline', cases: turned, seeds: [4] })).toEqual(ids(grid).slice(0, 1));
  });

  it('takes cases with different paths, and knows the value of each everywhere', () => {
    const cases = [{ 'task.p': 5 }, { 'optimizer.lr': 0.5 }];
    const { cells } = planOf({ name: 'a', base: 'mainline', cases });
    expect(cells.map(({ values }) => values)).toEqual([
      { 'task.p': 5, 'optimizer.lr': 0.001 },
      { 'task.p': 113, 'optimizer.lr': 0.5 },
    ]);
  });

  it('lays a spec of its own over a preset, and lets what is varied complete a base', () => {
    const base = { base: 'quick-grok', training: { steps: 7 } };
    expect(planOf({ name: 'a', base }).cells[0]!.spec).toMatchObject({
      optimizer: { weightDecay: 2 },
      training: { steps: 7 },
    });
    const open = { task: { kind: 'modularAddition' } };
    expect(planOf({ name: 'a', base: open, vary: { 'task.p': [5, 7] } }).cells).toHaveLength(2);
  });

  it('tells every fault once, where it stands in the file', () => {
    const wrong = { 'optimizer.weightDecya': [1, 2], 'optimizer.lr': [1, -1] };
    expect(errorsOf({ ...grid, vary: wrong }).sort()).toEqual([
      'vary.optimizer.lr = -1: must be a number above 0',
      expect.stringMatching(
        /^vary\.optimizer\.weightDecya = \[1,2\]: is an unknown key; did you mean weightDecay\?/,
      ),
    ]);
    expect(errorsOf({ ...grid, base: { task: { kind: 'modularAddition', p: 1 } } })).toEqual([
      expect.stringMatching(/^base\.task\.p = 1: must be an integer from 2/),
    ]);
    expect(errorsOf({ name: 'a', base: 'mainline', cases: [{ 'task.p': 5 }, { 'task.p': 0 }] })).toEqual([
      expect.stringMatching(/^cases\.task\.p = 0/),
    ]);
    expect(errorsOf({ ...grid, base: 'mianline' })[0]).toMatch(
      /^base = "mianline": is not a preset.*mean mainline/,
    );
  });

  it('refuses runs that would be the same, however they are written', () => {
    const cases = [{ 'optimizer.lr': 0.001 }, {}];
    expect(errorsOf({ name: 'a', base: 'mainline', cases })).toEqual([
      'cases = ["optimizer.lr=0.001 model.seed=0","model.seed=0"]: describe the same run (allowed: cells that differ)',
    ]);
    const vary = { 'optimizer.schedule': ['constant', 'cosine'], 'optimizer.betas': [[0.9, 0.98]] };
    expect(planOf({ name: 'a', base: 'mainline', vary }).cells).toHaveLength(2);
  });

  it('knows one run under every spelling, and calls it by what it sets', () => {
    const cases = [{ 'optimizer.schedule': 'constant' }, {}];
    expect(errorsOf({ name: 'a', base: 'mainline', cases })[0]).toContain('describe the same run');
    const vary = { 'optimizer.schedule': ['constant', 'cosine'] };
    const { cells } = planOf({ name: 'a', base: 'mainline', vary });
    expect(cells.map(({ values }) => values['optimizer.schedule'])).toEqual(['constant', 'cosine']);
  });

  it('stops listing after fifty faults and counts the others, each once whatever the seeds', () => {
    const wrong = Array.from({ length: 300 }, (_, i) => -1 - i);
    const vary = { 'optimizer.lr': wrong, 'data.splitSeed': [0, 1] };
    const result = expandSweep({ name: 'a', base: 'mainline', seeds: [0, 1, 2], vary });
    const errors = E.isLeft(result) ? result.left : [];
    expect(errors).toHaveLength(51);
    expect(countFaults(errors)).toBe(300);
  });

  it('takes no more paths than a table has room for', () => {
    const cases = Array.from({ length: 101 }, (_, i) => ({ [`optimizer.x${i}`]: 1 }));
    expect(errorsOf({ name: 'a', base: 'mainline', cases })[0]).toMatch(/^cases = .*vary 101 paths/);
  });

  it('counts before it expands: a grid too large to hold is refused at once', () => {
    const many = Array.from({ length: 1000 }, (_, i) => i);
    const vary = { 'optimizer.weightDecay': many, 'data.splitSeed': many, 'optimizer.warmupSteps': many };
    expect(errorsOf({ ...grid, vary })[0]).toContain(`at most ${MAX_RUNS} runs`);
    expect(errorsOf({ ...grid, vary })[0]).toContain('2000000000 runs');
  });

  it('names its runs within what a name may have, and cuts no character in two', () => {
    const family = '👩‍👩‍👧';
    for (let n = 80; n < 90; n++) {
      const vary = { 'task.expression': [family.repeat(15)] };
      const [cell] = planOf({ name: 'x'.repeat(n), base: 'polynomial', vary }).cells;
      const { name } = cell!.spec;
      expect(name.length).toBeLessThanOrEqual(200);
      expect(name.replaceAll(family, '')).toMatch(/^x+ expression=( seed=0| (s(e(e(d?)?)?)?)?)?$/);
    }
  });
});
