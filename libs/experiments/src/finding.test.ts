import type { RunEvent, SweepSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expandSweep, findingOf, firstBelow, spreadOf, sweepRow } from './index.js';
import type { EndedFacts, SweepPlan, SweepRow } from './index.js';

const sweep = {
  name: 'fractions',
  base: 'mainline',
  vary: { 'data.trainFraction': [0.3, 0.9] },
  seeds: [0, 1, 2],
} satisfies SweepSpec;

const planOf = (input: unknown): SweepPlan => {
  const plan = expandSweep(input);
  if (E.isLeft(plan)) throw new Error(JSON.stringify(plan.left));
  return plan.right;
};

const ended = (facts: Partial<EndedFacts>): EndedFacts => ({
  reason: 'completed',
  step: 1000,
  elapsedMs: 5,
  stepsPerSecond: 1,
  stepMemorized: 100,
  stepGeneralized: null,
  finalTrainLoss: 0.1,
  finalTestLoss: 0.2,
  finalTestAccuracy: 0.5,
  message: null,
  ...facts,
});

const rowsOf = (plan: SweepPlan, facts: readonly Partial<EndedFacts>[]): SweepRow[] =>
  facts.map((one, i) => sweepRow(plan.cells[i]!, `run-${i}`, ended(one), plan.spec.finding, []));

describe('several seeds together', () => {
  it('have a median in which a run that never got there is later than all others', () => {
    expect(spreadOf([30, 10, 20])).toEqual({ n: 3, reached: 3, median: 20, low: 10, high: 30 });
    expect(spreadOf([30, null, 20])).toEqual({ n: 3, reached: 2, median: 30, low: 20, high: null });
    expect(spreadOf([null, null, 20])).toEqual({ n: 3, reached: 1, median: null, low: 20, high: null });
    expect(spreadOf([10, 20])).toMatchObject({ median: 15 });
    expect(spreadOf([10, null])).toMatchObject({ median: null });
    expect(spreadOf([])).toEqual({ n: 0, reached: 0, median: null, low: null, high: null });
  });

  it('have a median between their extremes, whatever their order', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 1e6 })), { minLength: 1 }), (values) => {
        const { median, low, high, reached } = spreadOf(values);
        expect(reached).toBe(values.filter((value) => value !== null).length);
        if (median !== null) {
          expect(median).toBeGreaterThanOrEqual(low!);
          if (high !== null) expect(median).toBeLessThanOrEqual(high);
        }
        expect(spreadOf(values.toReversed())).toEqual(spreadOf(values));
      }),
      { seed: 5 },
    );
  });
});

describe('the first step below a threshold', () => {
  const losses = [
    { step: 0, loss: 4.7 },
    { step: 10, loss: null },
    { step: 20, loss: 1 },
    { step: 30, loss: 0.9 },
    { step: 40, loss: 2 },
  ];

  it('is the first strictly below, even if the loss rises again', () => {
    expect(firstBelow(losses, 1)).toBe(30);
    expect(firstBelow(losses, 5)).toBe(0);
    expect(firstBelow(losses, 0.9)).toBeNull();
    expect(firstBelow([], 1)).toBeNull();
  });

  it('is read from the metrics of a run: of the test loss, or of the training loss', () => {
    const metrics = (step: number, trainLoss: number, testLoss: number | null): RunEvent =>
      ({ type: 'metrics', step, trainLoss, testLoss }) as RunEvent;
    const events = [metrics(0, 4, 4), metrics(10, 0.5, 9), metrics(20, 0.005, 0.5)];
    const below = (statistic: 'stepTestLossBelow' | 'stepTrainLossBelow'): SweepRow['stepBelow'] => {
      const finding = { statistic, thresholds: [1, 0.01] };
      return sweepRow(planOf({ ...sweep, finding }).cells[0]!, 'a', ended({}), finding, events).stepBelow;
    };
    expect(below('stepTestLossBelow')).toEqual({ '1': 20, '0.01': null });
    expect(below('stepTrainLossBelow')).toEqual({ '1': 10, '0.01': 20 });
  });
});

describe('a finding', () => {
  it('has a point for each run and a median for each x, ascending, with those that never got there', () => {
    const plan = planOf({ ...sweep, vary: { 'data.trainFraction': [0.9, 0.3] } });
    const generalized = [100, 120, 110, 900, null, null];
    const finding = findingOf(
      plan.spec,
      rowsOf(
        plan,
        generalized.map((stepGeneralized) => ({ stepGeneralized })),
      ),
    );
    expect(finding).toMatchObject({ xScale: 'linear', yScale: 'log', yTitle: 'steps to generalise' });
    const [panel] = finding.panels;
    expect(panel!.series).toHaveLength(1);
    const { points, spread } = panel!.series[0]!;
    expect(points[0]).toEqual({ x: 0.9, y: 100, kind: 'reached', seed: 0 });
    expect(points[4]).toEqual({ x: 0.3, y: 1000, kind: 'notReached', seed: 1 });
    expect(spread.map(({ x, median, reached }) => [x, median, reached])).toEqual([
      [0.3, null, 1],
      [0.9, 110, 3],
    ]);
  });

  it('marks runs that diverged or failed', () => {
    const plan = planOf(sweep);
    const rows = rowsOf(plan, [{ reason: 'diverged', step: 50 }, { reason: 'failed', step: 0 }, {}]);
    expect(findingOf(plan.spec, rows).panels[0]!.series[0]!.points.map(({ kind, y }) => [kind, y])).toEqual([
      ['failed', 50],
      ['failed', null],
      ['notReached', 1000],
    ]);
  });

  it('tells curves apart by the other varied paths, unless they only go along with x', () => {
    const vary = { 'data.trainFraction': [0.3, 0.9], 'optimizer.weightDecay': [0, 1] };
    const plan = planOf({ ...sweep, vary, seeds: [0] });
    const labels = findingOf(plan.spec, rowsOf(plan, [{}, {}, {}, {}])).panels[0]!.series.map(
      ({ label }) => label,
    );
    expect(labels).toEqual(['weightDecay 0', 'weightDecay 1']);
    const cases = [
      { 'data.trainFraction': 0.3, 'optimizer.weightDecay': 1, 'training.steps': 5 },
      { 'data.trainFraction': 0.9, 'optimizer.weightDecay': 0, 'training.steps': 9 },
    ];
    const along = planOf({ name: 'a', base: 'mainline', cases });
    expect(
      findingOf(along.spec, rowsOf(along, [{}, {}])).panels[0]!.series.map(({ label }) => label),
    ).toEqual(['']);
  });

  it('has a panel for each threshold, each with its published values', () => {
    const finding = {
      statistic: 'stepTestLossBelow' as const,
      thresholds: [1, 0.01],
      published: [{ source: 'a paper', threshold: 0.01, points: [[0.3, 8258]] }],
    };
    const plan = planOf({ ...sweep, finding });
    const { panels } = findingOf(plan.spec, rowsOf(plan, [{}]));
    expect(panels.map(({ title, published }) => [title, published.length])).toEqual([
      ['test loss < 1 (nats)', 0],
      ['test loss < 0.01 (nats)', 1],
    ]);
  });

  it.each([
    [[0.3, 0.5, 0.9], 'linear'],
    [[0.001, 0.1, 1], 'log'],
    [[0, 0.1, 3], 'even'],
  ])('divides the x axis as %j need it: %s', (values, scale) => {
    const plan = planOf({ ...sweep, vary: { 'optimizer.weightDecay': values }, seeds: [0] });
    expect(findingOf(plan.spec, rowsOf(plan, [{}, {}, {}])).xScale).toBe(scale);
  });

  it('draws a delay of no steps on a straight axis', () => {
    const plan = planOf({ ...sweep, finding: { statistic: 'grokkingDelay' } });
    const finding = findingOf(plan.spec, rowsOf(plan, [{ stepGeneralized: 100 }, { stepGeneralized: 500 }]));
    expect(finding.yScale).toBe('linear');
    expect(finding.panels[0]!.series[0]!.points.map(({ y }) => y)).toEqual([0, 400]);
  });
});
