import { Graph, ops } from '@grokscope/graph';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ALIGNMENT, planArena } from './arena.js';
import { planSteps } from './steps.js';

describe('planArena', () => {
  const lifetime = fc
    .record({ bytes: fc.integer({ min: 1, max: 5000 }), first: fc.nat(20), length: fc.nat(10) })
    .map(({ bytes, first, length }) => ({ bytes, first, last: first + length }));

  it('never lets values overlap that live at the same time', () => {
    fc.assert(
      fc.property(fc.array(lifetime, { maxLength: 25 }), (values) => {
        const { offsets, bytes } = planArena(new Map(values.entries()));
        values.forEach((a, i) => {
          const at = offsets.get(i)!;
          expect(at % ALIGNMENT).toBe(0);
          expect(at + a.bytes).toBeLessThanOrEqual(bytes);
          values.slice(0, i).forEach((b, j) => {
            const apartInTime = a.last < b.first || b.last < a.first;
            const other = offsets.get(j)!;
            expect(apartInTime || at + a.bytes <= other || other + b.bytes <= at).toBe(true);
          });
        });
      }),
      { seed: 1 },
    );
  });

  it('uses room again', () => {
    const chain = new Map(Array.from({ length: 10 }, (_, i) => [i, { bytes: 640, first: i, last: i + 1 }]));
    expect(planArena(chain).bytes).toBe(2 * 640);
  });
});

describe('planSteps', () => {
  const graph = new Graph();
  const product = ops.matmul(graph.input('x', [4, 3]), graph.input('w', [3, 5]));
  const biased = ops.addRow(product, graph.input('b', [5]));
  const y = ops.relu(biased);
  const names = (outputs: Record<string, typeof y>) =>
    planSteps({ graph, outputs, updates: [] }).map((step) => step.node.op);

  it('makes a product, its bias and its relu one step', () => {
    expect(names({ y })).toEqual(['relu']);
  });

  it('keeps a value that someone else reads', () => {
    expect(names({ y, product })).toEqual(['matmul', 'addRow', 'relu']);
    expect(names({ y, biased })).toEqual(['addRow', 'relu']);
  });

  it('starts a product from what is added to it', () => {
    const sum = ops.add(graph.input('z', [4, 5]), product);
    expect(names({ sum })).toEqual(['add']);
    expect(names({ y: ops.relu(sum) })).toEqual(['relu']);
  });

  it('needs none for a reshape, but fuses nothing through it', () => {
    const reshaped = ops.reshape(product, [10, 2]);
    expect(names({ reshaped })).toEqual(['matmul']);
    expect(names({ y: ops.relu(reshaped) })).toEqual(['matmul', 'relu']);
  });
});
