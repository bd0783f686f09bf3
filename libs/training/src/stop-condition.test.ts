import { describe, expect, it } from 'vitest';
import { meetsStopCondition } from './stop-condition.js';

const measured = {
  trainLoss: 0.001,
  testLoss: 0.5,
  trainAccuracy: 1,
  testAccuracy: 0.9,
  sumSquaredWeights: 100,
  testLossByToken: [0.5],
};

describe('the stop condition', () => {
  it('is never met where there is none', () => {
    expect(meetsStopCondition(undefined, measured)).toBe(false);
  });

  it.each([
    [{ testAccuracy: 0.9 }, true],
    [{ testAccuracy: 0.91 }, false],
    [{ testLoss: 0.51 }, true],
    [{ testLoss: 0.5 }, false],
    [{ trainLoss: 0.002 }, true],
  ])('compares accuracies from below and losses strictly from above: %j', (stopWhen, met) => {
    expect(meetsStopCondition(stopWhen, measured)).toBe(met);
  });

  it('needs everything it names', () => {
    expect(meetsStopCondition({ testAccuracy: 0.8, testLoss: 0.6 }, measured)).toBe(true);
    expect(meetsStopCondition({ testAccuracy: 0.8, testLoss: 0.1 }, measured)).toBe(false);
  });

  it('is not met by what was not measured', () => {
    expect(meetsStopCondition({ testLoss: 1 }, { ...measured, testLoss: NaN })).toBe(false);
    expect(meetsStopCondition({ testAccuracy: 0.5 }, { ...measured, testAccuracy: NaN })).toBe(false);
  });
});
