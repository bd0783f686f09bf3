import { describe, expect, it } from 'vitest';
import { logitFit } from './logit-fit.js';
import type { GroupLogits } from './logit-waves.js';
import { excludedLoss, logitVariance, logitWaves, restrictedLoss } from './logit-waves.js';

/** Logits of the algorithm itself, Σ amplitude · cos(w_k(i + j − c)), plus what else is asked for. */
function algorithm(
  n: number,
  amplitudes: Readonly<Record<number, number>>,
  rest: (i: number, j: number, c: number) => number = () => 0,
): GroupLogits {
  const logits = new Float64Array(n ** 3);
  const label = new Int32Array(n * n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      label[i * n + j] = (i + j) % n;
      for (let c = 0; c < n; c++, at++) {
        logits[at] = rest(i, j, c);
        for (const [k, a] of Object.entries(amplitudes))
          logits[at] += a * Math.cos((2 * Math.PI * Number(k) * (i + j - c)) / n);
      }
    }
  const places = Array.from({ length: n * n }, (_, at) => at);
  return {
    n,
    logits,
    label,
    train: Int32Array.from(places.filter((at) => at % 3 === 0)),
    test: Int32Array.from(places.filter((at) => at % 3 !== 0)),
  };
}

describe.each([11, 12])('key directions of a group of order %i', (n) => {
  const half = Math.floor(n / 2);
  const given = algorithm(n, { 2: 9, [half]: 4 }, (_, __, c) => 0.5 * Math.sin(c));
  const waves = logitWaves(given);

  it('restricted loss keeps the algorithm and each logit’s mean, and nothing else', () => {
    const noisy = algorithm(
      n,
      { 2: 9, [half]: 4 },
      (i, j, c) => 0.5 * Math.sin(c) + 3 * Math.cos((2 * Math.PI * (i - j + c)) / n),
    );
    const clean = restrictedLoss(given, waves, [2, half]);
    const restricted = restrictedLoss(noisy, logitWaves(noisy), [2, half]);
    expect(restricted.all).toBeCloseTo(clean.all, 12);
    expect(restricted.train).toBeCloseTo(clean.train!, 12);
  });

  it('excluded loss without all of it is that of the means alone', () => {
    const means = algorithm(n, {}, (_, __, c) => 0.5 * Math.sin(c));
    expect(excludedLoss(given, waves, [2, half])).toBeCloseTo(excludedLoss(means, logitWaves(means), []), 10);
    expect(excludedLoss(given, waves, [half])).toBeLessThan(excludedLoss(given, waves, [2]));
  });

  it('the fit finds the amplitudes, and explains all but what is no wave', () => {
    const plain = algorithm(n, { 2: 9, [half]: 4 });
    const { coefficients, explained, cosineCoefficients } = logitFit(plain, [2, half]);
    expect(coefficients.get(2)).toBeCloseTo(9, 10);
    expect(coefficients.get(half)).toBeCloseTo(4, 10);
    expect(explained).toBeCloseTo(1, 12);
    expect(cosineCoefficients.get(2)).toBeCloseTo(9 * Math.sqrt(n ** 3 / 2), 8);
    expect(logitFit(given, [2]).explained).toBeLessThan(0.9);
  });

  it('all of the variance over inputs lies along the directions', () => {
    const { explained, byFrequency } = logitVariance(given, waves, [2, half]);
    expect(explained).toBeCloseTo(1, 12);
    expect(byFrequency.get(2)).toBeGreaterThan(byFrequency.get(half)!);
  });
});
