import type { Engine, Program } from '@grokscope/engine';
import { differentiate, functionFlops, Graph, ops, rewrite, type GraphFunction } from '@grokscope/graph';
import {
  buildForward,
  lossOf,
  modelOf,
  parameters,
  toGraphLayout,
  type Loss,
  type ModelParts,
  type NamedTensor,
} from '@grokscope/model';
import type { ModelSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { scoredRowsOf, type Examples } from '../analyze/forward.js';

/** A loss as a function of all weights in one vector. */
export interface Landscape {
  /** The weights it is looked at from, float64. */
  readonly at: Float64Array;
  /** Examples that the loss is the mean over. */
  readonly nExamples: number;
  /** Of what computes it. */
  readonly precision: 'float32' | 'float64';
  /** The loss and its gradient, as a new vector. */
  readonly look: (
    weights: Float64Array,
  ) => Promise<{ readonly loss: number; readonly gradient: Float64Array }>;
}

/** A network on the examples that it was trained on. */
export interface TrainedNetwork {
  readonly model: ModelSpec;
  readonly dataset: Dataset;
  readonly weights: readonly NamedTensor[];
  /** The loss trained by, `training.loss`. */
  readonly loss: string;
  readonly parts?: ModelParts & { readonly losses?: readonly Loss[] };
}

/** Values on the way of the examples that are differentiated at once: 256 MiB in float32. */
const MOST_VALUES = 2 ** 26;
/** The function of a stretch of examples. */
const stretch = (part: number): string => `stretch ${part}`;

/**
 * Compiles the training loss of a network over all training examples, of infinite data over the sample kept, and hands it
 * to `use`; some examples at a time where all would take too much memory. What was compiled is gone when `use` is through.
 */
export async function withLandscape<T>(
  engine: Engine,
  network: TrainedNetwork,
  use: (landscape: Landscape) => Promise<T>,
): Promise<T> {
  const { model, dataset, weights, parts } = network;
  const infos = parameters(model, dataset, parts?.models);
  const nExamples = dataset.trainIndices.length;
  const { trained } = modelOf(model, parts?.models).values(model, dataset);
  const most = Math.max(1, Math.floor(MOST_VALUES / trained));
  const shares: number[] = [];
  const functions: Record<string, GraphFunction> = {};
  for (let from = 0; from < nExamples; from += most) {
    const to = Math.min(from + most, nExamples);
    functions[stretch(shares.length)] = lossAndGradients(network, dataset.trainIndices.subarray(from, to));
    shares.push((to - from) / nExamples);
  }
  const sizes = infos.map(({ graphShape }) => graphShape.reduce((product, n) => product * n, 1));
  const offsets = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, n) => sum + n, 0));
  const size = sizes.reduce((sum, n) => sum + n, 0);
  const at = new Float64Array(size);
  infos.forEach((info, i) => {
    const { data } = weights.find(({ name }) => name === info.name)!;
    at.set(toGraphLayout(info, data), offsets[i]);
  });
  const program = await engine.compile(functions);
  const look = async (w: Float64Array): ReturnType<Landscape['look']> => {
    infos.forEach(({ name }, i) => program.write(name, w.subarray(offsets[i], offsets[i] + sizes[i])));
    const gradient = new Float64Array(size);
    let loss = 0;
    for (const [part, share] of shares.entries()) loss += await addPart(program, part, share, gradient);
    return { loss, gradient };
  };
  const addPart = async (run: Program, part: number, share: number, gradient: Float64Array) => {
    const found = await run.run(stretch(part), [{}]);
    infos.forEach(({ name }, i) => {
      const values = found[gradientOf(name)];
      for (let j = 0; j < sizes[i]; j++) gradient[offsets[i] + j] += share * values[j];
    });
    return share * found['loss'][0];
  };
  try {
    return await use({ at, nExamples, precision: engine.precision, look });
  } finally {
    await program.dispose();
  }
}

const gradientOf = (name: string): string => `d ${name}`;

/** The mean loss of these examples and its gradients, rewritten for what both cost together. */
function lossAndGradients(
  { model, dataset, loss, parts }: TrainedNetwork,
  indices: Int32Array,
): GraphFunction {
  const some = examplesOf(dataset, indices);
  const { nExamples, tokens } = some;
  const graph = new Graph();
  const { logits } = buildForward(
    graph,
    model,
    dataset,
    { nExamples, tokens, scored: scoredRowsOf(some) },
    parts,
  );
  const labels = graph.constant(rowsOf(dataset.labels, dataset.nScored, indices));
  const plain: GraphFunction = {
    graph,
    outputs: { loss: ops.mean(lossOf(loss, logits, labels, parts?.losses)) },
    updates: [],
  };
  const infos = parameters(model, dataset, parts?.models);
  const withGradients = (f: GraphFunction): GraphFunction => {
    const leaves = infos.map(({ name, graphShape }) => f.graph.parameter(name, graphShape));
    const gradients = differentiate(f.outputs.loss, leaves);
    const named = infos.map(({ name }, i) => [gradientOf(name), gradients[i]] as const);
    return { ...f, outputs: { ...f.outputs, ...Object.fromEntries(named) } };
  };
  return withGradients(rewrite(plain, (f) => functionFlops(withGradients(f))).function);
}

/** Some examples of a dataset, in this order. */
function examplesOf(dataset: Dataset, indices: Int32Array): Examples {
  const { nCtx, nScored, positionsVary, scoredPositions } = dataset;
  return {
    ...dataset,
    nExamples: indices.length,
    tokens: rowsOf(dataset.tokens, nCtx, indices),
    scoredPositions: positionsVary ? rowsOf(scoredPositions, nScored, indices) : scoredPositions,
  };
}

/** Those rows of a matrix [N, width]. */
function rowsOf(values: Int32Array, width: number, indices: Int32Array): Int32Array {
  const out = new Int32Array(indices.length * width);
  indices.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
  return out;
}
