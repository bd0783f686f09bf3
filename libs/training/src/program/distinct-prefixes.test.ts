import { createRandom } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { normError } from '@grokscope/engine/testing';
import { differentiate, functionFlops, Graph, rewrite, rewriteNames, schedule } from '@grokscope/graph';
import { initialWeights, parameters, scoredRows, toGraphLayout } from '@grokscope/model';
import { runSpecDefaults, type ModelSpec } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';
import { lossFunction } from './program.js';

const model: ModelSpec = {
  ...runSpecDefaults.model,
  nLayers: 3,
  dModel: 6,
  nHeads: 2,
  dHead: 3,
  dMlp: 5,
  initScale: 0.5,
};
const task = { dVocab: 3, dVocabOut: 3, nCtx: 5 };
const nExamples = 40;
const without = rewriteNames.filter((name) => name !== 'distinctPrefixes');

/** The loss and its gradients on random sequences over 3 tokens: many have the same beginning. */
function build(names: readonly string[], scored: Int32Array) {
  const random = createRandom(3);
  const draw = (length: number) => Int32Array.from({ length }, () => random.nextBelow(3));
  const graph = new Graph();
  const tokens = draw(nExamples * task.nCtx);
  const batch = { nExamples, tokens, scored: scoredRows(nExamples, task.nCtx, scored) };
  const labels = graph.constant(draw(nExamples * scored.length));
  const infos = parameters(model, task);
  const cost = (f: typeof loss) => functionFlops(withGradients(f));
  const withGradients = ({ graph: g, outputs }: typeof loss) => {
    const weights = infos.map((info) => g.parameter(info.name, info.graphShape));
    const gradients = differentiate(outputs.loss, weights);
    const named = infos.map(({ name }, i) => [name, gradients[i]]);
    return { graph: g, outputs: { ...Object.fromEntries(named), loss: outputs.loss }, updates: [] };
  };
  const loss = lossFunction(graph, model, task, batch, labels);
  const rewritten = rewrite(loss, cost, names);
  return { f: withGradients(rewritten.function), reports: rewritten.reports, infos };
}

async function run({ f, infos }: ReturnType<typeof build>) {
  const program = await createReferenceEngine().compile({ f });
  initialWeights(model, task).forEach(({ name, data }, i) =>
    program.write(name, toGraphLayout(infos[i], data)),
  );
  return program.run('f', [{}]);
}

describe.each([
  ['the last position scored', Int32Array.of(4)],
  ['three positions scored', Int32Array.of(1, 2, 4)],
])('work on distinct prefixes, %s', (_, scored) => {
  it('changes neither the loss nor a gradient beyond rounding', async () => {
    const [all, none] = await Promise.all([run(build(rewriteNames, scored)), run(build([], scored))]);
    for (const [name, values] of Object.entries(none))
      expect(normError(all[name], values), name).toBeLessThan(1e-12);
  });

  it('takes fewer operations in every layer', () => {
    const [all, fewer] = [build(rewriteNames, scored), build(without, scored)];
    expect(all.reports.map(({ rewrite: name }) => name)).toContain('distinctPrefixes');
    expect(functionFlops(all.f)).toBeLessThan(0.75 * functionFlops(fewer.f));
    const wide = schedule(all.f).filter((n) => n.op === 'matmul' && n.shape[0] === nExamples * task.nCtx);
    expect(wide).toEqual([]);
  });
});
