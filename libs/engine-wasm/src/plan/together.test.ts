import { differentiate, Graph, ops, type GraphFunction, type Tensor } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { planPhases } from './phases.js';
import { planProgram } from './plan.js';
import { planSteps } from './steps.js';

const SIZES = { nHeads: 2, nQueries: 9, nKeys: 9 };
const [EXAMPLES, WIDTH] = [50, 8];

/** One layer of attention over x [examples·9, 8]. */
function attend(x: Tensor, { nHeads, nQueries, nKeys } = SIZES) {
  const { graph } = x;
  const [q, k, v] = ['q', 'k', 'v'].map((name) => ops.matmul(x, graph.parameter(name, [WIDTH, WIDTH])));
  const last = graph.input('last', [x.shape[0]], 'i32');
  const sizes = { nHeads, nQueries, nKeys };
  const weights = ops.attentionSoftmax(ops.attentionScores(q, k, sizes, 0.5), last, nHeads);
  return { weights, z: ops.attentionValues(weights, v, sizes), sizes };
}

const input = (graph: Graph): Tensor => graph.input('x', [EXAMPLES * 9, WIDTH]);

/** The ops of the steps that lead others, with those of the others. */
const groups = (f: GraphFunction): readonly string[][] => {
  const steps = planSteps(f);
  return steps.flatMap(({ followers }, i) =>
    followers ? [steps.slice(i, i + 1 + followers).map(({ node }) => node.op)] : [],
  );
};
const own = (f: GraphFunction): readonly string[] =>
  planSteps(f).flatMap(({ node, isOwn }) => (isOwn ? [node.op] : []));

describe('attention done example by example', () => {
  it('mixes with the weights while they are there, and keeps them of one example if nobody else reads them', () => {
    const graph = new Graph();
    const { z, weights } = attend(input(graph));
    const forward = { graph, outputs: { z }, updates: [] };
    expect(groups(forward)).toEqual([['attentionSoftmax', 'attentionValues']]);
    expect(own(forward)).toEqual(['attentionSoftmax']);
    expect(own({ ...forward, outputs: { z, weights } })).toEqual([]);
  });

  it('takes the four gradients together, of two layers each, and makes each in one phase', () => {
    const graph = new Graph();
    const { z } = attend(attend(input(graph)).z);
    const parameters = ['q', 'k', 'v'].map((name) => graph.parameter(name, [WIDTH, WIDTH]));
    const gradients = differentiate(ops.sumSquares(z), parameters);
    const f = { graph, outputs: Object.fromEntries(gradients.map((d, i) => [`d${i}`, d])), updates: [] };
    const [gradient, transposed] = ['scale', 'attentionValuesTransposed'];
    const forward = ['attentionSoftmax', 'attentionValues'];
    const backward = [gradient, transposed, 'attentionValues', transposed];
    expect(groups(f)).toEqual([forward, forward, backward, backward]);
    // The gradients read the weights again, so that all are kept; what the gradients are made of is not.
    expect(own(f)).toEqual(['scale', 'scale']);
    for (const phase of planPhases(planSteps(f)))
      phase.forEach(({ followers = 0 }, i) => expect(i + followers).toBeLessThan(phase.length));
  });

  it('needs room for the weights of one example a thread', () => {
    const bytes = (keep: boolean) => {
      const graph = new Graph();
      const { z, weights } = attend(input(graph));
      const outputs: Record<string, Tensor> = keep ? { z, s: ops.sumSquares(weights) } : { z };
      return planProgram({ f: { graph, outputs, updates: [] } }, 2).bytes;
    };
    const all = 4 * EXAMPLES * 9 * 2 * 9;
    expect(bytes(true) - bytes(false)).toBeGreaterThan(all - 4 * 2 * 9 * 2 * 9 - 2000);
  });

  it('leaves out what waits for the weights in another way, too', () => {
    const graph = new Graph();
    const { weights, sizes } = attend(input(graph));
    // The values are made of the weights themselves.
    const values = ops.matmul(weights, graph.parameter('w', [18, WIDTH]));
    const z = ops.attentionValues(weights, values, sizes);
    expect(groups({ graph, outputs: { z }, updates: [] })).toEqual([]);
  });

  it('leaves short contexts alone, of which threads take rows', () => {
    const graph = new Graph();
    const { z } = attend(input(graph), { nHeads: 2, nQueries: 3, nKeys: 3 });
    expect(groups({ graph, outputs: { z }, updates: [] })).toEqual([]);
  });
});
