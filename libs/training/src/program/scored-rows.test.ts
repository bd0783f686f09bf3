import { networkShapeOf } from '@grokscope/interpret';
import { createRandom } from '@grokscope/base';
import { createReferenceEngine, type Feed } from '@grokscope/engine';
import { normError } from '@grokscope/engine/testing';
import { differentiate, functionFlops, Graph, ops, rewrite, rewriteNames, schedule } from '@grokscope/graph';
import type { GraphFunction, GraphNode, Tensor } from '@grokscope/graph';
import { initialWeights, parameters } from '@grokscope/model';
import { decodeRunSpec } from '@grokscope/parts';
import { runSpecDefaults, type ModelSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildProgram, lossFunction } from './program.js';
import { writeWeights } from '../snapshot.js';

interface Sizes {
  readonly nExamples: number;
  readonly nCtx: number;
  readonly nScored: number;
}

const attentionOnly: ModelSpec = {
  ...runSpecDefaults.model,
  nLayers: 2,
  dModel: 6,
  nHeads: 2,
  dHead: 3,
  dMlp: 0,
  initScale: 0.5,
};
const everything: ModelSpec = { ...attentionOnly, dMlp: 5, actFn: 'gelu', normalization: 'layerNorm' };
const MODELS: readonly (readonly [string, ModelSpec])[] = [
  ['1 layer, attention only', { ...attentionOnly, nLayers: 1 }],
  ['2 layers, attention only', attentionOnly],
  ['2 layers, MLP', { ...attentionOnly, dMlp: 5 }],
  ['3 layers, gelu, layer normalisation', { ...everything, nLayers: 3 }],
];
const taskOf = ({ nCtx }: Sizes) => ({ dVocab: 7, dVocabOut: 7, nCtx });

/** How the scored rows are given: by places in each example, or as any rows of the residual stream. */
type RowsForm = 'places' | 'rows';

/** The loss and its gradients on examples that are fed. */
function build(model: ModelSpec, sizes: Sizes, names: readonly string[], given: RowsForm = 'places') {
  const { nExamples, nCtx, nScored } = sizes;
  const task = taskOf(sizes);
  const graph = new Graph();
  const tokens = graph.input('tokens', [nExamples * nCtx], 'i32');
  const index = graph.input(given, [nExamples * nScored], 'i32');
  const scored = given === 'rows' ? index : ops.rowsWithin(index, { nSelected: nScored, nRows: nCtx });
  const labels = graph.input('labels', [nExamples * nScored], 'i32');
  const loss = lossFunction(graph, model, task, { nExamples, tokens, scored }, labels);
  const infos = parameters(model, task);
  const withGradients = ({ graph: g, outputs }: GraphFunction): GraphFunction => {
    const weights = infos.map((info) => g.parameter(info.name, info.graphShape));
    const gradients = differentiate(outputs.loss, weights);
    const named = infos.map(({ name }, i) => [name, gradients[i]] as const);
    return { graph: g, outputs: { ...Object.fromEntries(named), loss: outputs.loss }, updates: [] };
  };
  return withGradients(rewrite(loss, (f) => functionFlops(withGradients(f)), names).function);
}

/** Random examples; scored positions in any order, some twice. */
function feedOf({ nExamples, nCtx, nScored }: Sizes, seed: number, given: RowsForm = 'places'): Feed {
  const random = createRandom(seed);
  const draw = (length: number, below: number) => Int32Array.from({ length }, () => random.nextBelow(below));
  const [tokens, labels] = [draw(nExamples * nCtx, 7), draw(nExamples * nScored, 7)];
  const places = draw(nExamples * nScored, nCtx);
  const rows = places.map((place, i) => nCtx * Math.floor(i / nScored) + place);
  return { tokens, labels, ...(given === 'rows' ? { rows } : { places }) };
}

async function run(f: GraphFunction, model: ModelSpec, sizes: Sizes, feed: Feed) {
  const program = await createReferenceEngine().compile({ f });
  const infos = parameters(model, taskOf(sizes));
  writeWeights(program, infos, initialWeights(model, taskOf(sizes)));
  return program.run('f', [feed]);
}

const rowsOf = (f: GraphFunction, op: GraphNode['op']): number[] =>
  schedule(f).flatMap((node) => (node.op === op ? [node.shape[0]!] : []));

describe.each(MODELS)('scored positions known at run time, %s', (_, model) => {
  it('change neither the loss nor a gradient, in float64 to 1e-12, whatever the sizes and places', async () => {
    const size = (max: number) => fc.integer({ min: 1, max });
    const anySizes = fc.record({ nExamples: size(4), nCtx: size(7), nScored: size(7) });
    await fc.assert(
      fc.asyncProperty(anySizes, fc.nat(1000), async (sizes, seed) => {
        const feed = feedOf(sizes, seed);
        const want = await run(build(model, sizes, []), model, sizes, feed);
        for (const names of [['scoredRowsOnly'], rewriteNames]) {
          const got = await run(build(model, sizes, names), model, sizes, feed);
          for (const [name, values] of Object.entries(want))
            expect(normError(got[name]!, values), name).toBeLessThan(1e-12);
        }
      }),
      { seed: 1, numRuns: 12 },
    );
  });

  it('let the last layer compute their queries alone, with fewer operations', () => {
    const sizes = { nExamples: 3, nCtx: 11, nScored: 4 };
    const [plain, less] = [[], ['scoredRowsOnly']].map((names) => build(model, sizes, names));
    expect(functionFlops(less!)).toBeLessThan(functionFlops(plain!));
    const earlier = Array<number>(networkShapeOf(model).nLayers - 1).fill(33);
    expect(rowsOf(plain!, 'attentionSoftmax')).toEqual([...earlier, 33]);
    expect(rowsOf(less!, 'attentionSoftmax')).toEqual([...earlier, 12]);
    const wide = (f: GraphFunction) => rowsOf(f, 'matmul').filter((rows) => rows === 33).length;
    expect(wide(less!)).toBeLessThan(wide(plain!));
  });
});

describe('rows of which the graph does not know that they go example by example', () => {
  const sizes = { nExamples: 3, nCtx: 11, nScored: 4 };

  it('are selected at the end, as they are without the rewrite', async () => {
    const [plain, rewritten] = [[], rewriteNames].map((names) => build(everything, sizes, names, 'rows'));
    expect(rowsOf(rewritten!, 'attentionSoftmax')).toEqual([33, 33]);
    const feed = feedOf(sizes, 3, 'rows');
    const [want, got] = await Promise.all([plain!, rewritten!].map((f) => run(f, everything, sizes, feed)));
    expect(normError(got!.loss!, want!.loss!)).toBeLessThan(1e-12);
  });
});

describe('a selection of rows known at run time', () => {
  /** The rows of `build`'s value [3·5, 5] selected by two places of each of three examples, rewritten and plain. */
  async function both(build: (x: Tensor) => Tensor) {
    const graph = new Graph();
    const x = graph.input('x', [15, 5]);
    const value = build(x);
    // Created last: the value it selects from comes before it in the graph.
    const rows = ops.rowsWithin(graph.input('place', [6], 'i32'), { nSelected: 2, nRows: 5 });
    const plain = { graph, outputs: { y: ops.gather(value, rows) }, updates: [] };
    const rewritten = rewrite(plain, functionFlops, ['scoredRowsOnly']).function;
    const program = await createReferenceEngine().compile({ plain, rewritten });
    const feed = {
      x: Float32Array.from({ length: 75 }, (_, i) => Math.sin(i)),
      place: [4, 0, 2, 2, 1, 3],
    };
    const [want, got] = [await program.run('plain', [feed]), await program.run('rewritten', [feed])];
    expect(got.y).toEqual(want.y);
    return rewritten;
  }
  const indexBy = ({ graph }: Tensor, entry: (row: number) => number) =>
    graph.constant(Int32Array.from({ length: 15 }, (_, row) => entry(row)));

  it('becomes the last key of a causal softmax', async () => {
    const rewritten = await both((x) =>
      ops.attentionSoftmax(
        x,
        indexBy(x, (row) => row % 5),
        1,
      ),
    );
    const { graph } = rewritten;
    const softmax = graph.nodes.find((node) => node.op === 'attentionSoftmax')!;
    expect([softmax.shape, graph.node(softmax.inputs[1]!).op]).toEqual([[6, 5], 'input']);
  });

  it('leaves a softmax alone that is not causal by place in the example', async () => {
    const rewritten = await both((x) =>
      ops.attentionSoftmax(
        x,
        indexBy(x, (row) => row % 4),
        1,
      ),
    );
    expect(rowsOf(rewritten, 'attentionSoftmax')).toEqual([15]);
  });

  it('selects rows of a table by place, and by other indices after they are gathered', async () => {
    const table = (x: Tensor) => x.graph.parameter('table', [5, 5]);
    const positions = await both((x) =>
      ops.add(
        x,
        ops.gather(
          table(x),
          indexBy(x, (row) => row % 5),
        ),
      ),
    );
    expect(rowsOf(positions, 'gather')).toEqual([6, 6]);
    const others = await both((x) =>
      ops.add(
        x,
        ops.gather(
          table(x),
          indexBy(x, (row) => row % 3),
        ),
      ),
    );
    expect(rowsOf(others, 'gather').toSorted((a, b) => a - b)).toEqual([6, 6, 15]);
  });
});

describe('the induction task', () => {
  it('computes 30 queries of each example in its last layer: three quarters of the operations', () => {
    const decoded = decodeRunSpec({ task: { kind: 'repeatedSubsequence' }, training: { batchSize: 8 } });
    if (decoded._tag === 'Left') throw new Error('the test has a bad spec');
    const dataset = createDataset(decoded.right.task, decoded.right.data);
    if (dataset._tag === 'Left') throw new Error('the test has a bad dataset');
    const rewritten = buildProgram(decoded.right, dataset.right);
    const names = rewriteNames.filter((name) => name !== 'scoredRowsOnly');
    const without = buildProgram(decoded.right, dataset.right, { rewrites: names });
    expect(rewritten.flopsPerStep / without.flopsPerStep).toBeLessThan(0.75);
    expect(rowsOf(rewritten.functions.train!, 'attentionSoftmax')).toEqual([8 * 85, 8 * 30]);
    const measured = rewritten.evaluation;
    expect(rowsOf(measured.function, 'attentionSoftmax')).toEqual([85, 30].map((n) => n * measured.chunk));
  });
});
