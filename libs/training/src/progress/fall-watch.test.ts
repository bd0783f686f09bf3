import { describe, expect, it } from 'vitest';
import { FallWatch } from './fall-watch.js';

const fallsOf = (accuracies: readonly number[], watch = new FallWatch()): readonly (readonly number[])[] =>
  accuracies.flatMap((accuracy, i) => {
    const fall = watch.see(10 * i, accuracy);
    return fall ? [[fall.learnedAt, fall.step, fall.testAccuracy]] : [];
  });

describe('a run that had generalised', () => {
  it('falls back once for each fall, by the last measurement at which it knew', () => {
    expect(fallsOf([0.2, 0.99, 1, 0.95, 0.89, 0.5, 0.98, 0.3, 0.99, 0.1])).toEqual([
      [20, 40, 0.89],
      [80, 90, 0.1],
    ]);
  });

  it('does not fall where it never knew, only wavers, or has no number', () => {
    expect(fallsOf([0.98, 0.1, 0.5])).toEqual([]);
    expect(fallsOf([1, 0.9, 1])).toEqual([]);
    expect(fallsOf([NaN, 1, NaN])).toEqual([]);
  });

  it('goes on from a checkpoint as if it had not broken off, also where the same step is measured again', () => {
    const accuracies = [0.5, 1, 0.95, 0.4, 0.3, 1, 0.2];
    const whole = fallsOf(accuracies);
    expect(whole).toHaveLength(2);
    accuracies.forEach((_, at) => {
      const before = new FallWatch();
      const first = accuracies.slice(0, at + 1).flatMap((accuracy, i) => before.see(10 * i, accuracy) ?? []);
      const after = new FallWatch(JSON.parse(JSON.stringify(before.kept)) as object);
      const rest = accuracies.slice(at).flatMap((accuracy, i) => after.see(10 * (at + i), accuracy) ?? []);
      const told = new Map(
        [...first, ...rest].map((fall) => [fall.step, [fall.learnedAt, fall.step, fall.testAccuracy]]),
      );
      expect([...told.values()], String(at)).toEqual(whole);
    });
  });
});
