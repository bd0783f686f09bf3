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
