import { describe, expect, it } from 'vitest';
import { createSavedWeights } from './saved-weights.js';

/** Eight bytes of weights. */
const weights = (step: number) => ({
  step,
  tensors: [{ name: 'w', shape: [2], data: Float32Array.of(step, step) }],
});

describe('weights kept in the page', () => {
  it('are given back by step, ascending, the newest of a step', () => {
    const saved = createSavedWeights();
    for (const step of [20, 10, 20]) saved.keep(weights(step));
    expect(saved.steps()).toEqual([10, 20]);
    expect(saved.get(10)).toEqual(weights(10));
    expect(saved.get(15)).toBeNull();
  });

  it('never take more than their bound, and still span the run', () => {
    const saved = createSavedWeights(5 * 8);
    for (let step = 1; step <= 40; step += 1) {
      saved.keep(weights(step));
      expect(saved.steps().length).toBeLessThanOrEqual(5);
      expect(saved.steps()[0]).toBe(1);
      expect(saved.steps().at(-1)).toBe(step);
    }
  });

  it('keep the newest where not even two fit', () => {
    const saved = createSavedWeights(8);
    saved.keep(weights(1));
    saved.keep(weights(2));
    expect(saved.steps()).toEqual([2]);
    saved.clear();
    expect(saved.steps()).toEqual([]);
  });
});
