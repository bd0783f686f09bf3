import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricsEvent, RunEvent } from '@grokscope/schema';
import { MalformedLine, OutlineBuilder } from '../index.js';
import type { Outline } from '../index.js';

const fact = { runId: 'r', time: '2026-01-01T00:00:00.000Z' };
const measured = (seq: number, step: number, values: Partial<MetricsEvent> = {}): RunEvent => ({
  ...fact,
  ...{ type: 'metrics', seq, step, trainLoss: 1, testLoss: 2, trainAccuracy: 0, testAccuracy: 0 },
  ...{ sumSquaredWeights: 0, stepsPerSecond: 9 },
  ...values,
});
const saved = (seq: number, step: number): RunEvent => ({
  ...fact,
  type: 'checkpoint',
  seq,
  step,
  path: 'c',
});
const progress = (seq: number, step: number, keys: 'current' | 'final'): RunEvent => ({
  ...fact,
  ...{ type: 'progress', seq, step, keys, precision: 'float32' },
});

const outlineOf = (events: readonly RunEvent[], stretches: number): Outline => {
  const builder = new OutlineBuilder(stretches);
  for (const event of events) builder.add({ seq: event.seq, line: Buffer.from(JSON.stringify(event)) });
  return builder.outline();
};

describe('the outline of a run', () => {
  it('is the whole of a short run', () => {
    const events = [
      measured(0, 0),
      saved(1, 0),
      measured(2, 10, { trainLoss: null }),
      progress(3, 10, 'current'),
    ];
    const { seq, measured: count, metrics, newest, events: others } = outlineOf(events, 10);
    expect([seq, count]).toEqual([3, 2]);
    expect(metrics).toMatchObject({ step: [0, 10], trainLoss: [1, null], testLoss: [2, 2] });
    expect(newest).toEqual(events[2]);
    expect(others).toEqual([events[1], events[3]]);
  });

  it('keeps every extreme and first reaching of a long run, in real measurements, and stays small', () => {
    const value = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 20 });
    const rows = fc.array(
      fc.record({ trainLoss: value, testLoss: value, trainAccuracy: value, testAccuracy: value }),
      { minLength: 1, maxLength: 400 },
    );
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 12 }), (values, stretches) => {
        const events = values.map((row, i) => measured(i, 3 * i, row));
        const { metrics, measured: count } = outlineOf(events, stretches);
        expect(count).toBe(values.length);
        // At most ten of each stretch and of the open one, and the pinned ones.
        expect(metrics.step.length).toBeLessThanOrEqual(13 * (2 * stretches + 1) + 3);
        expect([...metrics.step].sort((a, b) => a - b)).toEqual(metrics.step);
        expect(metrics.step.at(-1)).toBe(3 * (values.length - 1));
        const names = ['trainLoss', 'testLoss', 'trainAccuracy', 'testAccuracy'] as const;
        for (const name of names) {
          const all = values.flatMap((row) => row[name] ?? []);
          const kept = metrics[name].flatMap((x) => x ?? []);
          expect([Math.min(...kept), Math.max(...kept)]).toEqual([Math.min(...all), Math.max(...all)]);
          metrics.step.forEach((step, i) => expect(metrics[name][i]).toBe(values[step / 3]![name]));
        }
        const reached = (row: { testAccuracy: number | null }): boolean => (row.testAccuracy ?? 0) >= 0.99;
        const first = values.findIndex(reached);
        if (first >= 0) expect(metrics.step).toContain(3 * first);
      }),
      { seed: 3 },
    );
  });

  it('has the measurement of every checkpoint, and few enough of the measures', () => {
    const events = Array.from({ length: 3000 }, (_, i) => {
      const step = 10 * Math.floor(i / 3);
      if (i % 3 === 0) return measured(i, step);
      if (i % 3 === 1) return progress(i, step, 'current');
      return step % 70 === 0 ? saved(i, step) : progress(i, step, 'final');
    });
    const { metrics, events: others } = outlineOf(events, 20);
    const steps = others.flatMap((event) => (event.type === 'checkpoint' ? [event.step] : []));
    expect(steps).toHaveLength(143);
    expect(metrics.step).toEqual(expect.arrayContaining(steps));
    const measures = others.filter(({ type }) => type === 'progress');
    expect(measures.length).toBeLessThanOrEqual(2 * 41);
    expect(measures.at(-1)).toMatchObject({ step: 9990 });
    expect(others.map(({ seq }) => seq)).toEqual(others.map(({ seq }) => seq).sort((a, b) => a - b));
  });

  it('does not take a damaged file for a run', () => {
    const builder = new OutlineBuilder(5);
    expect(() => builder.add({ seq: 0, line: Buffer.from('{"type":"metr') })).toThrow(MalformedLine);
    const other = Buffer.from(JSON.stringify(measured(4, 0)));
    expect(() => builder.add({ seq: 0, line: other })).toThrow('seq is 4 where 0 was due');
  });
});
