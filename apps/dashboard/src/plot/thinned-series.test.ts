import { describe, expect, it } from 'vitest';
import type { MetricsEvent } from '@grokscope/schema';
import { initialRunView, reduceFacts } from '../run/run-state.js';
import type { RunView } from '../run/run-state.js';
import { asFacts, checkpoint, metrics, started } from '../testing/events.js';
import { MOST_ROWS } from './thinned-series.js';

const MEASURED = 60_000;
const BATCH = 250;

/** A curve with one sharp peak, one dip and a gap, none of them where the page would look by itself. */
const measurement = (step: number): MetricsEvent =>
  metrics(step, {
    trainLoss: step === 17_771 ? 900 : 1 + 1 / (step + 1),
    testLoss: step === 23_457 ? 0.001 : step === 31_013 ? null : 5 - step / MEASURED,
    trainAccuracy: step >= 7_003 ? 0.995 : 0.5,
    testAccuracy: step === 31_013 ? null : step === 41_009 ? 0.999 : 0.1,
    sumSquaredWeights: 1700,
  });

/** What the page knows of a run that it has followed from its first measurement on, batch by batch. */
const followed = (count: number): { readonly view: RunView; readonly most: number } => {
  let view = reduceFacts(initialRunView, asFacts([started()]));
  let most = 0;
  for (let from = 0; from < count; from += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, count - from) }, (_, i) => measurement(from + i));
    const saved = batch.filter(({ step }) => step % 5_011 === 0).map(({ step }) => checkpoint(step));
    view = reduceFacts(view, asFacts([...batch, ...saved]));
    most = Math.max(most, view.series.step.length);
  }
  return { view, most };
};

describe('the curve of a run that a page has followed for long', () => {
  const { view, most } = followed(MEASURED);
  const { series } = view;
  const at = (step: number): number => series.step.indexOf(step);

  it('has a bounded length at every moment', () => {
    expect(most).toBeLessThanOrEqual(MOST_ROWS);
  });

  it('holds real measurements, ascending and over all its steps, the newest all of them', () => {
    for (const [i, step] of series.step.entries()) {
      const { trainLoss, testLoss, trainAccuracy, testAccuracy } = measurement(step);
      expect([
        series.trainLoss[i],
        series.testLoss[i],
        series.trainAccuracy[i],
        series.testAccuracy[i],
      ]).toEqual([trainLoss, testLoss, trainAccuracy, testAccuracy]);
    }
    const gaps = series.step.slice(1).map((step, i) => step - (series.step[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(Math.max(...gaps)).toBeLessThan(MEASURED / 200);
    expect(series.step[0]).toBe(0);
    expect(series.step.slice(-100)).toEqual(Array.from({ length: 100 }, (_, i) => MEASURED - 100 + i));
  });

  it('keeps every extreme, every gap, what was first reached and what belongs to saved steps', () => {
    for (const step of [17_771, 23_457, 31_013, 41_009, 7_003]) expect(at(step)).toBeGreaterThan(0);
    expect(series.testLoss[at(31_013)]).toBeNull();
    expect([view.stepMemorized, view.stepGeneralized]).toEqual([7_003, 41_009]);
    expect(view.history.saved).toHaveLength(12);
    for (const step of view.history.saved) expect(series.step).toContain(step);
  });

  it('is whole as long as it is short', () => {
    const short = followed(MOST_ROWS - BATCH).view.series;
    expect(short.step).toEqual(Array.from({ length: MOST_ROWS - BATCH }, (_, step) => step));
  });
});
