import { describe, expect, it } from 'vitest';
import { KeptWeights, keptSteps } from './kept-weights.js';

const weights = (value: number) => [{ name: 'w', shape: [2], data: Float32Array.of(value, value) }];

describe('the weights kept of checkpoints', () => {
  it('are copies', () => {
    const kept = new KeptWeights(8);
    const given = weights(1);
    kept.keep(10, given);
    given[0].data.fill(2);
    expect(Array.from(kept.at(10)[0].data)).toEqual([1, 1]);
  });

  it('are let go evenly where they take too much room, the newest never', () => {
    const kept = new KeptWeights(8, 4 * 8);
    for (let step = 1; step <= 23; step++) {
      kept.keep(step, weights(step));
      expect(kept.steps.length).toBeLessThanOrEqual(4);
      expect(kept.steps.at(-1)).toBe(step);
    }
    expect(kept.steps).toEqual([1, 9, 17, 23]);
  });

  it('are those that a run resumed anywhere would keep', () => {
    const steps = Array.from({ length: 30 }, (_, i) => 5 * (i + 1));
    const whole = new KeptWeights(8, 5 * 8);
    for (const step of steps) whole.keep(step, weights(step));
    for (let from = 0; from < steps.length; from++) {
      const resumed = new KeptWeights(8, 5 * 8);
      for (const step of steps.slice(0, from + 1)) resumed.keep(step, weights(step));
      // The checkpoint it continues from is made again.
      for (const step of steps.slice(from)) resumed.keep(step, weights(step));
      expect(resumed.steps).toEqual(whole.steps);
    }
  });

  it('that are not to be had keep their place, and take it once they are made again', () => {
    const kept = new KeptWeights(8);
    for (const step of [1, 2, 3]) kept.keep(step, step === 2 ? undefined : weights(step));
    expect([kept.steps, kept.places]).toEqual([
      [1, 3],
      [1, 2, 3],
    ]);
    kept.keep(2, weights(2));
    expect(kept.steps).toEqual([1, 2, 3]);
  });

  it('are known before they are read: no more than there is room for', () => {
    const steps = Array.from({ length: 10_000 }, (_, i) => i + 1);
    const kept = keptSteps(steps, 2 ** 20);
    expect(kept.length).toBeLessThanOrEqual(256);
    expect(kept.length).toBeGreaterThan(128);
    expect(kept.at(-1)).toBe(10_000);
  });
});
