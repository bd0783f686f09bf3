import { createReferenceEngine } from '@grokscope/engine';
import { initialWeights, type NamedTensor } from '@grokscope/model';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { afterAll, describe, expect, it } from 'vitest';
import { largestHessianEigenvalue } from './hessian.js';
import { ChainDiverged, localLearningCoefficient } from './llc.js';
import { withLandscape, type Landscape } from './landscape.js';

/** A loss that is the sum of one function of each weight. */
const sumOf = (
  at: readonly number[],
  f: (x: number, i: number) => number,
  slope: (x: number, i: number) => number,
): Landscape => ({
  at: Float64Array.from(at),
  nExamples: 1000,
  precision: 'float64',
  look: async (w) => ({
    loss: w.reduce((sum, x, i) => sum + f(x, i), 0),
    gradient: w.map(slope),
  }),
});
const zeros = (n: number): readonly number[] => new Array<number>(n).fill(0);
const options = { chains: 4, steps: 6000, burnIn: 500, lr: 2e-3, localization: 0, seed: 1 };

describe('the local learning coefficient', () => {
  it('of a regular minimum is half the number of weights', async () => {
    const { mean, sd, chains, nBeta } = await localLearningCoefficient(
      sumOf(
        zeros(20),
        (x) => x * x,
        (x) => 2 * x,
      ),
      options,
    );
    expect(nBeta).toBeCloseTo(1000 / Math.log(1000), 12);
    expect(chains).toHaveLength(4);
    // Steps of ε widen the chains by 1/(1 − ε·nβ·h/4), here of 1.17.
    expect(mean / (10 / (1 - (2e-3 * nBeta * 2) / 4))).toBeGreaterThan(0.96);
    expect(mean / (10 / (1 - (2e-3 * nBeta * 2) / 4))).toBeLessThan(1.04);
    expect(sd).toBeLessThan(0.6);
    expect(Math.abs(chains.reduce((sum, x) => sum + x, 0) / 4 - mean)).toBeLessThan(1e-12);
  });

  it('of a singular minimum w^4 is a quarter of it, as theory has it', async () => {
    const { mean } = await localLearningCoefficient(
      sumOf(
        zeros(20),
        (x) => x ** 4,
        (x) => 4 * x ** 3,
      ),
      { ...options, chains: 2, burnIn: 1000, steps: 8000 },
    );
    expect(mean).toBeGreaterThan(4.6);
    expect(mean).toBeLessThan(5.6);
  });

  it('is held near the weights: a flat direction costs nothing, a strong hold makes all small', async () => {
    const held = await localLearningCoefficient(
      sumOf(
        zeros(10),
        (x) => x * x,
        (x) => 2 * x,
      ),
      { ...options, localization: 10_000, lr: 1e-4, steps: 2000 },
    );
    // nβ·h·d/2 ÷ (nβ·h + γ).
    const nBeta = 1000 / Math.log(1000);
    expect(held.mean / ((nBeta * 2 * 10) / 2 / (nBeta * 2 + 10_000) / (1 - (1e-4 * 10_290) / 4))).toBeCloseTo(
      1,
      0,
    );
    const flat = await localLearningCoefficient(
      sumOf(
        zeros(4),
        () => 0,
        () => 0,
      ),
      { ...options, steps: 10, burnIn: 0 },
    );
    expect(flat).toMatchObject({ mean: 0, sd: 0 });
  });

  it('is the same for the same seed, and says that its steps are too long', async () => {
    const landscape = sumOf(
      zeros(3),
      (x) => x * x,
      (x) => 2 * x,
    );
    const short = { ...options, steps: 20, burnIn: 0 };
    const first = await localLearningCoefficient(landscape, short);
    expect(await localLearningCoefficient(landscape, short)).toEqual(first);
    expect((await localLearningCoefficient(landscape, { ...short, seed: 2 })).mean).not.toBe(first.mean);
    await expect(localLearningCoefficient(landscape, { ...short, steps: 4000, lr: 1 })).rejects.toThrow(
      ChainDiverged,
    );
  });
});

describe('the largest eigenvalue of the Hessian', () => {
  const search = { iterations: 30, tolerance: 1e-9, seed: 0 };

  it('of a quadratic is known, whatever the weights', async () => {
    const stiffness = [0.1, 3, 7.5, -20, 2];
    const landscape = sumOf(
      [1, -2, 0.5, 3, 0],
      (x, i) => (stiffness[i]! * x * x) / 2,
      (x, i) => stiffness[i]! * x,
    );
    const found = await largestHessianEigenvalue(landscape, search);
    expect(found.top).toBeCloseTo(7.5, 6);
    expect(found.iterations).toBeLessThanOrEqual(5);
  });

  it('of a curved loss is that of the place', async () => {
    const landscape = sumOf(
      [1, 2, 3],
      (x) => x ** 4,
      (x) => 4 * x ** 3,
    );
    expect((await largestHessianEigenvalue(landscape, search)).top).toBeCloseTo(12 * 9, 4);
  });
});

describe('the landscape of a network', () => {
  const engine = createReferenceEngine();
  afterAll(() => engine.dispose());
  const model = { nLayers: 1, dModel: 6, nHeads: 2, dHead: 3, dMlp: 5, actFn: 'gelu', normalization: 'none' };
  const spec = { ...model, initScale: 1, seed: 4 };
  const dataset = ((): Dataset => {
    const made = createDataset(
      { kind: 'modularAddition', p: 5 },
      { trainExamples: 11, splitSeed: 0, split: 'native' },
    );
    if (made._tag === 'Left') throw new Error(made.left.message);
    return made.right;
  })();
  const weights: readonly NamedTensor[] = initialWeights(spec, dataset);
  const network = { model: spec, dataset, weights, loss: 'crossEntropy' };

  it('has the loss of the training examples, and its slope', async () => {
    await withLandscape(engine, network, async ({ at, look, nExamples }) => {
      expect(nExamples).toBe(11);
      const { loss, gradient } = await look(at);
      expect(Math.abs(loss - Math.log(6))).toBeLessThan(0.3);
      for (const i of [0, 17, 40, at.length - 1]) {
        const moved = (by: number): Float64Array => at.map((x, j) => (j === i ? x + by : x));
        const slope = ((await look(moved(1e-5))).loss - (await look(moved(-1e-5))).loss) / 2e-5;
        expect(Math.abs(slope - gradient[i]!)).toBeLessThan(1e-8);
      }
    });
  });

  it('has its largest curvature where power iteration on its whole Hessian finds it', async () => {
    await withLandscape(engine, network, async (landscape) => {
      const { at, look } = landscape;
      const { top } = await largestHessianEigenvalue(landscape, { iterations: 60, tolerance: 1e-7, seed: 0 });
      // The Hessian moved up by a multiple of 1, so that its largest eigenvalue is the one of largest size.
      const shift = 2;
      let v = Float64Array.from(at, (_, i) => Math.sin(i + 1));
      let rayleigh = 0;
      for (let turn = 0; turn < 120; turn++) {
        const size = Math.hypot(...v);
        const u = v.map((x) => x / size);
        const ahead = (await look(at.map((x, i) => x + 1e-4 * u[i]!))).gradient;
        const behind = (await look(at.map((x, i) => x - 1e-4 * u[i]!))).gradient;
        v = u.map((x, i) => (ahead[i]! - behind[i]!) / 2e-4 + shift * x);
        rayleigh = v.reduce((sum, x, i) => sum + x * u[i]!, 0) - shift;
      }
      expect(top).toBeGreaterThanOrEqual(rayleigh - 1e-6);
      expect(top / rayleigh).toBeCloseTo(1, 3);
    });
  });
});
