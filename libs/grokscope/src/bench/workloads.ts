import { createRandom, invariant } from '@grokscope/base';
import type { Feed, Functions } from '@grokscope/engine';
import { preset } from '@grokscope/experiments';
import { functionFlops, Graph, ops, type GraphFunction } from '@grokscope/graph';
import { initialWeights, parameters, scoredRows, toGraphLayout, type TaskDimensions } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import type { ModelSpec, OptimizerSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram, lossFunction, stepFunction } from '@grokscope/training';

/** Something to time: a function run once a step, with what it needs. */
export interface Workload {
  readonly name: string;
  /** One sentence: what a step does. */
  readonly what: string;
  readonly functions: Functions;
  /** The function that is timed, and one that tells a number which must be finite afterwards. */
  readonly timed: string;
  readonly check: string;
  /** Parameters as the engine takes them. */
  readonly initial: ReadonlyMap<string, Float32Array>;
  readonly feedAt: (step: number) => Feed;
  /** Steps of a sample at least: results are handed out once a sample, which must not count. */
  readonly stepsPerSample?: number;
  readonly flopsPerStep: number;
  readonly flopsPerStepUnrewritten: number;
}

type Build = (rewrites: boolean) => Workload;

/** Every workload by name. With `rewrites` false the plain graph is built. */
export const workloads: Readonly<Record<string, Build>> = {
  mainline: (rewrites) =>
    modular(
      'mainline',
      'one full-batch step of the classic mod-113 run, 3,830 pairs, no evaluation',
      1,
      rewrites,
    ),
  'mainline-2-layer': (rewrites) =>
    modular('mainline-2-layer', 'the mainline step with a second layer', 2, rewrites),
  induction: (rewrites) => batched(INDUCTION, rewrites),
  'digit-addition': (rewrites) => batched(DIGIT_ADDITION, rewrites),
  matmul: () => products(),
};

function modular(name: string, what: string, nLayers: number, rewrites: boolean): Workload {
  const { task, data, model, optimizer } = preset('mainline');
  const made = createDataset(task, data);
  invariant(made._tag === 'Right', 'the mainline preset has a data set');
  const spec: ModelSpec = { ...model, nLayers };
  const program = buildProgram(spec, made.right, { rewrites });
  const { flopsPerStep, flopsPerStepUnrewritten } = program;
  return {
    name,
    what,
    functions: program.functions,
    timed: 'train',
    check: 'evaluate',
    initial: weightsOf(spec, made.right),
    feedAt: (step) => ({ [HYPER_INPUT]: hyperAt(optimizer, step) }),
    flopsPerStep,
    flopsPerStepUnrewritten,
  };
}

/** A step on a batch that changes each time: the sizes of REFERENCES' systems, tokens drawn at random. */
interface Batched {
  readonly name: string;
  readonly what: string;
  readonly model: ModelSpec;
  readonly task: TaskDimensions;
  readonly optimizer: OptimizerSpec;
  readonly batchSize: number;
  /** Scored positions of example n: fixed for all, or drawn. */
  readonly nScored: number;
  readonly fixedPositions?: Int32Array;
}

const { model: MODEL, optimizer: OPTIMIZER } = preset('mainline');

/** Repeated subsequences: 2 attention-only layers of width 48 on 85 tokens, batch 128, 30 scored positions each. */
const INDUCTION: Batched = {
  name: 'induction',
  what: 'one step of the repeated-subsequence model, 128 sequences of 85 tokens, new ones each step',
  model: { ...MODEL, nLayers: 2, dModel: 48, nHeads: 4, dHead: 12, dMlp: 0 },
  task: { dVocab: 128, dVocabOut: 128, nCtx: 85 },
  optimizer: { ...OPTIMIZER, betas: [0.9, 0.999], warmupSteps: 100 },
  batchSize: 128,
  nScored: 30,
};

/** 5-digit addition: 1 layer of width 128 on 18 tokens, batch 64, the 6 answer tokens scored. */
const DIGIT_ADDITION: Batched = {
  name: 'digit-addition',
  what: 'one step of the 5-digit addition model, 64 sums of 18 tokens, new ones each step',
  model: MODEL,
  task: { dVocab: 12, dVocabOut: 12, nCtx: 18 },
  optimizer: { ...OPTIMIZER, lr: 1e-4, weightDecay: 0.1 },
  batchSize: 64,
  nScored: 6,
  fixedPositions: Int32Array.of(11, 12, 13, 14, 15, 16),
};

const [TOKENS, LABELS, SCORED] = ['batch.tokens', 'batch.labels', 'batch.scored'];

function batched(b: Batched, rewrites: boolean): Workload {
  const { batchSize, nScored, task, model } = b;
  const rows = batchSize * nScored;
  const loss = (): GraphFunction => {
    const graph = new Graph();
    const fixed = b.fixedPositions && scoredRows(batchSize, task.nCtx, b.fixedPositions);
    const batch = {
      nExamples: batchSize,
      tokens: graph.input(TOKENS, [batchSize * task.nCtx], 'i32'),
      scored: fixed ?? graph.input(SCORED, [rows], 'i32'),
    };
    return lossFunction(graph, model, task, batch, graph.input(LABELS, [rows], 'i32'));
  };
  const infos = parameters(model, task);
  const { step } = stepFunction(loss(), infos, rewrites);
  return {
    name: b.name,
    what: b.what,
    functions: { train: step, loss: loss() },
    timed: 'train',
    check: 'loss',
    initial: weightsOf(model, task),
    feedAt: feeds(b, rows),
    flopsPerStep: functionFlops(step),
    flopsPerStepUnrewritten: functionFlops(stepFunction(loss(), infos, false).step),
  };
}

/** Sixteen batches drawn beforehand, in turn: a sampler's time is not the step's. */
function feeds({ batchSize, task, optimizer, fixedPositions }: Batched, rows: number): Workload['feedAt'] {
  const random = createRandom(1);
  const draw = (length: number, below: number): Int32Array =>
    Int32Array.from({ length }, () => random.nextBelow(below));
  const nScored = rows / batchSize;
  const batches = Array.from({ length: 16 }, () => ({
    [TOKENS]: draw(batchSize * task.nCtx, task.dVocab),
    [LABELS]: draw(rows, task.dVocabOut),
    ...(fixedPositions
      ? {}
      : {
          [SCORED]: draw(rows, task.nCtx - 1).map(
            (position, i) => Math.floor(i / nScored) * task.nCtx + position,
          ),
        }),
  }));
  return (step) => ({ ...batches[step % batches.length], [HYPER_INPUT]: hyperAt(optimizer, step) });
}

/** The three products over the examples that remain of the mainline step. */
function products(): Workload {
  const [n, dMlp, dVocab] = [3830, 512, 114];
  const graph = new Graph();
  const post = graph.parameter('post', [n, dMlp]);
  const w = graph.parameter('w', [dMlp, dVocab]);
  const dLogits = graph.parameter('dLogits', [n, dVocab]);
  const timed: GraphFunction = {
    graph,
    // Sums would be work of their own: the products themselves are the results, read once, after the last step.
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
