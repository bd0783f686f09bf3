import { createRandom, invariant } from '@grokscope/base';
import type { Feed, Functions } from '@grokscope/engine';
import { preset } from '@grokscope/experiments';
import { functionFlops, Graph, ops, type GraphFunction } from '@grokscope/graph';
import { initialWeights, parameters, toGraphLayout, type TaskDimensions } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import type { ModelSpec, RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';

/** Something to time: a function that runs once a step, with everything it needs. */
export interface Workload {
  readonly name: string;
  /** One sentence that says what a step does. */
  readonly what: string;
  readonly functions: Functions;
  /** The function that is timed, and one that returns a number which must be finite afterwards. */
  readonly timed: string;
  readonly check: string;
  /** The feed of the check. */
  readonly checkFeed: Feed;
  /** The parameters in the engine's layout. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly feedAt: (step: number) => Feed;
  /** The least number of steps in a sample: results are read once a sample, and that time must not count. */
  readonly stepsPerSample?: number;
  readonly flopsPerStep: number;
  readonly flopsPerStepUnrewritten: number;
}

type Build = (rewrites: boolean) => Workload;

/** Every workload by name. With `rewrites` false, the plain graph is built. */
export const workloads: Readonly<Record<string, Build>> = {
  mainline: (rewrites) =>
    trained(
      'mainline',
      'one full-batch step of the classic mod-113 run, 3,830 pairs, no evaluation',
      preset('mainline'),
      rewrites,
    ),
  'mainline-2-layer': (rewrites) =>
    trained(
      'mainline-2-layer',
      'the mainline step with a second layer',
      { ...preset('mainline'), model: { ...preset('mainline').model, nLayers: 2 } },
      rewrites,
    ),
  induction: (rewrites) =>
    trained(
      'induction',
      'one step of the repeated-subsequence model, 128 sequences of 85 tokens, new ones each step',
      preset('repeated-subsequence'),
      rewrites,
    ),
  'digit-addition': (rewrites) =>
    trained(
      'digit-addition',
      'one step of the 5-digit addition model, 64 sums of 18 tokens, new ones each step',
      preset('digit-addition'),
      rewrites,
    ),
  'cyclic-mlp': (rewrites) =>
    trained(
      'cyclic-mlp',
      'one full-batch step of a perceptron on the cyclic group of 113, 6,384 pairs, no evaluation',
      preset('cyclic'),
      rewrites,
    ),
  matmul: () => products(),
};

/** Batches are drawn beforehand and used in turn: the step's time must not include the sampler's. */
const BATCHES = 16;

/** A training step of a run. */
function trained(name: string, what: string, spec: RunSpec, rewrites: boolean): Workload {
  const { task, data, model, optimizer } = spec;
  const made = createDataset(task, data);
  invariant(made._tag === 'Right', `the preset ${spec.name} has a data set`);
  const { functions, evaluation, batchAt, ...program } = buildProgram(spec, made.right, { rewrites });
  const batches = Array.from({ length: BATCHES }, (_, step) => batchAt(step));
  return {
    name,
    what,
    functions,
    timed: 'train',
    check: 'evaluate',
    checkFeed: evaluation.feeds[0]!,
    initial: weightsOf(model, made.right),
    feedAt: (step) => ({ ...batches[step % BATCHES], [HYPER_INPUT]: hyperAt(optimizer, step) }),
    flopsPerStep: program.flopsPerStep,
    flopsPerStepUnrewritten: program.flopsPerStepUnrewritten,
  };
}

/** The three products over the examples that remain in the mainline step. */
function products(): Workload {
  const [n, dMlp, dVocab] = [3830, 512, 114];
  const graph = new Graph();
  const post = graph.parameter('post', [n, dMlp]);
  const w = graph.parameter('w', [dMlp, dVocab]);
  const dLogits = graph.parameter('dLogits', [n, dVocab]);
  const timed: GraphFunction = {
    graph,
    // A sum would be work of its own: the products themselves are the results, read once, after the last step.
    outputs: {
      logits: ops.matmul(post, w),
      dPost: ops.matmul(dLogits, w, { transposeB: true }),
      dW: ops.matmul(post, dLogits, { transposeA: true }),
    },
    updates: [],
  };
  const random = createRandom(2);
  const normal = (length: number): Float32Array => Float32Array.from({ length }, () => random.nextNormal());
  const initial = new Map([
    ['post', normal(n * dMlp)],
    ['w', normal(dMlp * dVocab)],
    ['dLogits', normal(n * dVocab)],
  ]);
  const flopsPerStep = functionFlops(timed);
  return {
    name: 'matmul',
    what: `the dense products of the mainline step alone: ${n}×${dMlp}·${dMlp}×${dVocab} and its two gradients`,
    functions: { products: timed },
    timed: 'products',
    check: 'products',
    checkFeed: {},
    initial,
    feedAt: () => ({}),
    stepsPerSample: 20,
    flopsPerStep,
    flopsPerStepUnrewritten: flopsPerStep,
  };
}

function weightsOf(model: ModelSpec, task: TaskDimensions): ReadonlyMap<string, Float32Array> {
  const infos = parameters(model, task);
  return new Map(
    initialWeights(model, task).map(({ name, data }, i) => [name, toGraphLayout(infos[i], data)]),
  );
}
