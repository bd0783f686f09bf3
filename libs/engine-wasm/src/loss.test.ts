import { Graph, ops } from '@grokscope/graph';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Values } from '@grokscope/engine';
import { createWasmEngine } from './index.js';

const CLASSES = 114;

let engine: Engine;
beforeAll(async () => {
  engine = await createWasmEngine();
});
afterAll(() => engine.dispose());

/** The loss of one row in float64, by differences from the label's logit. */
function plainLoss(row: Float32Array, label: number): number {
  const differences = Array.from(row, (l) => l - row[label]).filter((_, i) => i !== label);
  const m = Math.max(0, ...differences);
  const sum = differences.reduce((s, d) => s + Math.exp(d - m), 0);
  return m === 0 ? Math.log1p(sum) : m + Math.log(Math.exp(-m) + sum);
}

/** Rows whose label stands `margins[r]` above the others, which differ a little. */
function logits(margins: readonly number[]): { rows: Float32Array[]; labels: Int32Array } {
  const labels = Int32Array.from(margins, (_, r) => (r * 37) % CLASSES);
  const rows = margins.map((margin, r) =>
    Float32Array.from({ length: CLASSES }, (_, i) =>
      i === labels[r] ? margin : 0.3 * Math.sin(i * 1.7 + r),
    ),
  );
  return { rows, labels };
}

async function run(
  rows: readonly Float32Array[],
  labels: Int32Array,
): Promise<Readonly<Record<string, Values>>> {
  const graph = new Graph();
  const n = rows.length;
  const [x, y] = [graph.input('x', [n, CLASSES]), graph.input('y', [n], 'i32')];
  const outputs = {
    loss: ops.crossEntropy(x, y),
    gradient: ops.crossEntropyGradient(x, y, graph.constant(new Float32Array(n).fill(1))),
    correct: ops.isCorrect(x, y),
  };
  const program = await engine.compile({ f: { graph, outputs, updates: [] } });
  const values = await program.run('f', [{ x: rows.flatMap((row) => [...row]), y: labels }]);
  await program.dispose();
  return values;
}

describe('the loss', () => {
  it('has a relative error of at most 1.3e-6 from 1e-2 to 1e-12', async () => {
    const { rows, labels } = logits(Array.from({ length: 240 }, (_, i) => 9.3 + i * 0.098));
    const { loss } = await run(rows, labels);
    const want = rows.map((row, r) => plainLoss(row, labels[r]));
    expect(Math.max(...want)).toBeGreaterThan(9e-3);
    expect(Math.min(...want)).toBeLessThan(1e-12);
    loss.forEach((got, r) => expect(Math.abs(got / want[r] - 1)).toBeLessThan(1.3e-6));
  });

  it('does not overflow from 40 to 1000', async () => {
    const { rows, labels } = logits(Array.from({ length: 97 }, (_, i) => -40 - i * 10));
    const { loss, gradient } = await run(rows, labels);
    loss.forEach((got, r) => expect(Math.abs(got / plainLoss(rows[r], labels[r]) - 1)).toBeLessThan(3e-7));
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it("has a gradient whose label's entry is minus the sum of the others, however small", async () => {
    const { rows, labels } = logits([-50, -3, 0, 3, 16, 30, 50]);
    const { gradient } = await run(rows, labels);
    rows.forEach((_, r) => {
      const row = Array.from(gradient.slice(r * CLASSES, (r + 1) * CLASSES));
      const others = row.reduce((s, g, i) => (i === labels[r] ? s : s + g), 0);
      expect(others).toBeGreaterThan(0);
      expect(Math.abs(row[labels[r]] / others + 1)).toBeLessThan(5e-7);
    });
  });

  it('has a gradient without subnormal numbers, which slow every product they are in', async () => {
    // From e^-58 on a share vanishes beside the rounding of the largest and counts as 0.
    const { rows, labels } = logits([40, 50, 58, 70, 80, 87, 100]);
    const { gradient } = await run(rows, labels);
    const values = Array.from(gradient);
    const smallest = Math.min(...values.map(Math.abs).filter((g) => g > 0));
    expect(smallest).toBeGreaterThan(1e-26);
    expect(values.slice(CLASSES * 3).every((g) => g === 0)).toBe(true);
  });

  it('is NaN where a logit is NaN, and such a row is not correct', async () => {
    const { rows, labels } = logits([5, 5]);
    rows[0][3] = NaN;
    const { loss, correct, gradient } = await run(rows, labels);
    expect([...loss].map(Number.isNaN)).toEqual([true, false]);
    expect([...correct]).toEqual([0, 1]);
    expect(gradient[50]).toBeNaN();
  });

  it('calls the first of equal logits the largest', async () => {
    const { rows } = logits([0, 0]);
    for (const row of rows) row[20] = row[70] = 9;
    const { correct } = await run(rows, Int32Array.of(20, 70));
    expect([...correct]).toEqual([1, 0]);
  });
});
