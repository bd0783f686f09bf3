import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricsEvent } from '@grokscope/schema';
import { eventSeries } from '../index.js';

describe('a curve of events', () => {
  const metrics = (step: number, testLoss: number | null): MetricsEvent => ({
    type: 'metrics',
    runId: 'r',
    seq: step,
    time: '2026-01-01T00:00:00.000Z',
    step,
    trainLoss: 1,
    testLoss,
    trainAccuracy: 0,
    testAccuracy: 0,
    sumSquaredWeights: 0,
    stepsPerSecond: null,
  });

  it('keeps every spike, however few points it has', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
        fc.integer({ min: 1, max: 20 }),
        (values, points) => {
          const events = values.map((value, step) => metrics(step, value));
          const { exact, points: series } = eventSeries(events, 'testLoss', { points });
          expect(exact).toBe(values.length <= points);
          expect(series.length).toBeLessThanOrEqual(points);
          expect(Math.max(...series.map(({ max }) => max))).toBe(Math.max(...values));
          expect(Math.min(...series.map(({ min }) => min))).toBe(Math.min(...values));
          expect(series[0]?.from).toBe(0);
          expect(series.at(-1)?.to).toBe(values.length - 1);
        },
      ),
      { seed: 1 },
    );
  });

  it('leaves out what was not measured, and what is not asked for', () => {
    const events = [metrics(0, null), metrics(5, 2), metrics(10, 3), metrics(15, 4)];
    expect(eventSeries(events, 'testLoss', { to: 5, points: 1 })).toEqual({
      exact: true,
      points: [{ from: 5, to: 5, min: 2, max: 2 }],
    });
    expect(eventSeries(events, 'testLoss', { from: 6, points: 1 })).toEqual({
      exact: false,
      points: [{ from: 10, to: 15, min: 3, max: 4 }],
    });
    expect(eventSeries([], 'testLoss', { points: 10 })).toEqual({ exact: true, points: [] });
  });
});
