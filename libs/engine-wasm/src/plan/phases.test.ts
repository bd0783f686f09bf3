import { Graph, ops } from '@grokscope/graph';
import type { Tensor } from '@grokscope/graph';
import { describe, expect, it } from 'vitest';
import { lifetimes, planPhases } from './phases.js';
import { outputSources, planSteps } from './steps.js';

const phases = (graph: Graph, outputs: Record<string, Tensor>, updates: readonly Tensor[] = []) =>
  planPhases(planSteps({ graph, outputs, updates })).map((phase) => phase.map(({ node }) => node.op));

/** One AdamW update of a 2×2 parameter. */
function update(graph: Graph, name: string, gradient: Tensor): Tensor {
  const [m, v] = [graph.state(`${name}.m`, [2, 2]), graph.state(`${name}.v`, [2, 2])];
  return ops.adamW(graph.parameter(name, [2, 2]), gradient, m, v, graph.input('hyper', [8]));
}

describe('planPhases', () => {
  it('puts steps together that do not wait for each other', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', [3, 4]), graph.input('y', [3, 4])];
    const [a, b] = [ops.relu(x), ops.scale(y, 2)];
    expect(phases(graph, { sum: ops.add(a, b), rows: ops.sumRows(x) })).toEqual([
      ['relu', 'scale', 'sumRows'],
      ['add'],
    ]);
  });

  it('makes all updates at once, after copies of the outputs that they change', () => {
    const graph = new Graph();
    const [w, u] = [graph.parameter('w', [2, 2]), graph.parameter('u', [2, 2])];
    const updates = [update(graph, 'w', ops.scale(w, 2)), update(graph, 'u', ops.scale(u, 2))];
    expect(phases(graph, { w }, updates)).toEqual([['scale', 'scale'], ['parameter'], ['adamW', 'adamW']]);
  });

  it('makes updates one after another where one reads what another writes', () => {
    const graph = new Graph();
    const w = graph.parameter('w', [2, 2]);
    const updates = [update(graph, 'w', ops.scale(w, 2)), update(graph, 'u', w)];
    expect(phases(graph, {}, updates)).toEqual([['scale'], ['adamW'], ['adamW']]);
  });

  it('has a value live to the end of the last phase that reads it, through reshapes too', () => {
    const graph = new Graph();
    const a = ops.relu(graph.input('x', [3, 4]));
    const b = ops.scale(a, 2);
    const f = {
      graph,
      outputs: { sum: ops.add(ops.reshape(b, [4, 3]), ops.reshape(a, [4, 3])) },
      updates: [],
    };
    const lives = lifetimes(planPhases(planSteps(f)), outputSources(f));
    expect(lives.get(a.id)).toEqual({ first: 0, last: 2 });
    expect(lives.get(f.outputs.sum.id)).toEqual({ first: 2, last: 3 });
  });
});
