import { differentiate, Graph, ops, type Tensor } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { createReferenceEngine } from './reference-engine.js';

// Ops against PyTorch 2.13 in float64: torch.nn.functional.layer_norm, gelu (its default, the exact form), autograd.

async function compute(outputs: (graph: Graph) => Readonly<Record<string, Tensor>>, x: readonly number[]) {
  const graph = new Graph();
  const program = await createReferenceEngine().compile({
    f: { graph, outputs: outputs(graph), updates: [] },
  });
  program.write('x', x);
  return program.run('f', [{}]);
}

const vector = (graph: Graph, ...values: number[]): Tensor => graph.constant(Float32Array.from(values));

function expectClose(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(want.length);
  want.forEach((value, i) => expect(Math.abs(got[i] - value), `${i}`).toBeLessThan(tolerance));
}

describe('against PyTorch', () => {
  it('layer normalisation with weight and bias, eps 1e-5', async () => {
    const { y } = await compute(
      (g) => {
        const normal = ops.normalizeRows(g.parameter('x', [2, 5]), 1e-5);
        return { y: ops.addRow(ops.multiplyRow(normal, vector(g, 1, 2, 0.5, -1, 3)), g.input('b', [5])) };
      },
      [1, 2, -3, 0.5, 4, 0.1, 0.1, 0.2, 0.1, 0.1],
    );
    // F.layer_norm(x, (5,), weight): without the bias, which is float64 there.
    const first = [
      0.043685161148758, 0.96107354527267, -0.851860642400775, 0.174740644595031, 4.06271998683447,
    ];
    const second = [-0.498444786279227, -0.996889572558454, 0.996889572558454, 0.498444786279227];
    expectClose(y, [...first, ...second, -1.49533435883768], 1e-14);
  });

  it('gelu and its gradient', async () => {
    const { y, d } = await compute(
      (g) => {
        const x = g.parameter('x', [7, 1]);
        const y = ops.gelu(x);
        return { y, d: differentiate(ops.mean(ops.scale(y, 7)), [x])[0] };
      },
      [-3, -1, -0.25, 0, 0.5, 2, 5],
    );
    const values = [-0.00404969409489031, -0.15865525393145702, -0.10032341857926907, 0, 0.34573123063700656];
    expectClose(y, [...values, 1.9544997361036416, 4.999998566742141], 1e-14);
    const slopes = [-0.01194564720418392, -0.08331547058768635, 0.304626645116364, 0.5, 0.8674951246561629];
    expectClose(d, [...slopes, 1.085231801078197, 1.000007146946002], 1e-14);
  });

  it('StableMax cross-entropy, written as its paper has it, and its gradient', async () => {
    const { loss, d } = await compute(
      (g) => {
        const logits = g.parameter('x', [2, 3]);
        const loss = ops.stableMaxCrossEntropy(logits, g.constant(Int32Array.of(2, 0)));
        return { loss, d: differentiate(ops.mean(loss), [logits])[0] };
      },
      [1, -2, 3, 0.5, 0, -7],
    );
    expectClose(loss, [0.4595323293784402, 0.5596157879354228], 1e-14);
    const first = [0.07894736842105263, 0.008771929824561403, -0.04605263157894737];
    expectClose(d, [...first, -0.14285714285714285, 0.19047619047619047, 0.002976190476190476], 1e-14);
  });
});

describe('against tables and formulas', () => {
  it('tanh and its slope, to the digits of Abramowitz & Stegun, table 4.15, where it has them', async () => {
    const { y, d } = await compute(
      (g) => {
        const x = g.parameter('x', [5, 1]);
        const y = ops.tanh(x);
        return { y, d: differentiate(ops.mean(ops.scale(y, 5)), [x])[0] };
      },
      [-1, 0, 0.5, 2, 20],
    );
    expectClose(
      y,
      [-0.761594155955765, 0, 0.46211715726000974, 0.964027580075817, 0.9999999999999999],
      1e-14,
    );
    expectClose(d.slice(0, 4), [0.419974341614026, 1, 0.7864477329659274, 0.0706508248531645], 1e-14);
    // 4e^{−40}: a slope of y alone, 1 − y², is 0 or 2e-16 here.
    expect(d[4] / 1.6993417021166355e-17).toBeCloseTo(1, 12);
  });

  it('RMS normalisation of (3, 4) is (3, 4)/√12.5, and its gradient is at right angles to it', async () => {
    const { y, d } = await compute(
      (g) => {
        const x = g.parameter('x', [1, 2]);
        return { y: ops.rmsNormalizeRows(x, 0), d: ops.rmsNormalizeRowsGradient(vectors(g), x, 0) };
      },
      [3, 4],
    );
    expectClose(y, [0.848528137423857, 1.131370849898476], 1e-14);
    // (1, 0) without its part along (3, 4)/5, over √12.5: (16, −12)/25/√12.5.
    expectClose(d, [0.18101933598375616, -0.13576450198781712], 1e-14);
  });
});

const vectors = (graph: Graph): Tensor => graph.constant(Float32Array.of(1, 0), [1, 2]);
