import { createReferenceEngine } from '@grokscope/engine';
import { differentiate, Graph, ops } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { builtInActivations, type Activation } from '@grokscope/model';

/** Both signs, near 0, an odd count, and large values. */
const X = [-800, -40, -6.5, -1.3, -1, -0.25, -1e-4, 0, 1e-9, 0.4, 1, 2.2, 7, 30, 900];

/** The values and slopes of an activation in float64, as the reference engine computes its ops. */
async function compute({ apply }: Activation, at: readonly number[]) {
  const graph = new Graph();
  const x = graph.parameter('x', [at.length, 1]);
  const y = apply(x);
  const [slope] = differentiate(ops.mean(ops.scale(y, at.length)), [x]);
  const program = await createReferenceEngine().compile({
    f: { graph, outputs: { y, slope }, updates: [] },
  });
  program.write('x', at);
  return program.run('f', [{}]);
}

describe.each(builtInActivations.map((activation) => [activation.kind, activation] as const))(
  '%s',
  (_, activation) => {
    it('is the same by its ops and in place, in float64', async () => {
      const inPlace = Float64Array.from(X);
      activation.applyInPlace!(inPlace);
      const { y } = await compute(activation, X);
      X.forEach((x, i) => {
        const error = Math.abs(y[i] - inPlace[i]);
        expect(error, `at ${x}`).toBeLessThanOrEqual(4e-16 * Math.max(Math.abs(x), Math.abs(inPlace[i])));
      });
    });

    it('has the slope that central differences give', async () => {
      const h = 1e-5;
      // Not at 0, where relu has a kink.
      const near = X.filter((x) => Math.abs(x) > h && Math.abs(x) < 50);
      const { slope } = await compute(activation, near);
      const [above, below] = [1, -1].map((sign) => Float64Array.from(near, (x) => x + sign * h));
      activation.applyInPlace!(above);
      activation.applyInPlace!(below);
      near.forEach((x, i) =>
        expect(Math.abs(slope[i] - (above[i] - below[i]) / (2 * h)), `at ${x}`).toBeLessThan(
          1e-9 * (1 + x * x),
        ),
      );
    });
  },
);

it.each([
  // Elfwing et al., §2: about −0.28 at about −1.28, its minimum; the others 1/(1 + 1/e) and −1/(1 + e).
  ['silu', [-1.278464542761074, 1, -1], [-0.27846454276107374, 0.7310585786300049, -0.2689414213699951]],
  ['square', [-3, 0.5, 0], [9, 0.25, 0]],
  // Abramowitz & Stegun, table 4.15.
  ['tanh', [-1, 0.5, 2], [-0.761594155955765, 0.46211715726000974, 0.964027580075817]],
])('%s has the published values', async (kind, at, want) => {
  const activation = builtInActivations.find((one) => one.kind === kind)!;
  const { y, slope } = await compute(activation, at);
  want.forEach((value, i) => expect(y[i]).toBeCloseTo(value, 14));
  if (kind === 'silu') expect(slope[0]).toBeCloseTo(0, 14);
});
