import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { normError, type ConformanceCase } from '@grokscope/engine/testing';
import { builtInActivations, initialWeights } from '@grokscope/model';
import { HYPER_INPUT, hyperAt, optimizerStates } from '@grokscope/optim';
import { datasetOf, decodeRunSpec } from '@grokscope/parts';
import {
  formatSpecErrors,
  type ModelSpec,
  type OptimizerSpec,
  type RunSpec,
  type RunSpecInput,
} from '@grokscope/schema';
import { buildProgram } from '../program/program.js';
import { writeWeights } from '../snapshot.js';

/**
 * Steps of a case: more than one, so that states kept between steps matter; in two calls, so that they persist between
 * calls.
 */
const STEPS = 5;
const FIRST_CALL = 2;
const TOLERANCE = 1e-5;
const MOST_MEASURED = 500;

/** A small complete run: the settings that differ from the mainline. */
interface ModelSketch {
  readonly name: string;
  readonly spec: Partial<RunSpecInput>;
  /** For cases in which rounding is amplified more than in AdamW. */
  readonly tolerance?: number;
}

/** Sizes that are multiples of nothing. */
const small = { dModel: 15, nHeads: 3, dHead: 5, dMlp: 22, seed: 3 } as const;
const attentionOnly = { ...small, dMlp: 0 } as const;
const everything = { ...small, nLayers: 3, actFn: 'gelu', normalization: 'layerNorm' } as const;

const MODELS: readonly ModelSketch[] = [
  ...builtInActivations.map(({ kind }) => ({
    name: `1 layer, ${kind}`,
    spec: { model: { ...small, actFn: kind as ModelSpec['actFn'] } },
  })),
  { name: '1 layer, layer normalisation', spec: { model: { ...small, normalization: 'layerNorm' } } },
  { name: '3 layers, gelu, layer normalisation', spec: { model: everything } },
  { name: '3 layers, attention only', spec: { model: { ...attentionOnly, nLayers: 3 } } },
  {
    name: '2 layers, attention only, layer normalisation, context of 15, batches',
    spec: {
      task: { kind: 'repeatedSubsequence', length: 15, subsequence: 3, repeats: 2, vocabulary: 13 },
      model: { ...attentionOnly, nLayers: 2, normalization: 'layerNorm' },
      training: { batchSize: 5 },
    },
  },
  {
    name: '2 layers, gelu, layer normalisation, several answer tokens, batches',
    spec: {
      task: { kind: 'digitAddition', digits: 2 },
      model: { ...everything, nLayers: 2 },
      training: { batchSize: 5 },
    },
  },
  {
    // Not AdamW: with slow rotations the gradient of b_K is almost zero, and AdamW turns its rounding errors into
    // steps.
    name: 'classes, all biases, rotary, RMS normalisation after, sgd',
    spec: {
      optimizer: { kind: 'sgd', lr: 0.1, momentum: 0.9, warmupSteps: 2 },
      model: {
        ...{ ...small, dModel: 18, dHead: 6 },
        outputs: 'classes',
        biases: 'all',
        positions: 'rotary',
        normalization: 'rmsNorm',
        normPosition: 'post',
      },
    },
  },
  {
    name: '2 layers, tied embeddings, no biases, sinusoidal, attention rate, RMS normalisation, batches',
    spec: {
      task: { kind: 'repeatedSubsequence', length: 9, subsequence: 2, repeats: 2, vocabulary: 13 },
      model: {
        ...small,
        nLayers: 2,
        tiedEmbeddings: true,
        biases: 'none',
        positions: 'sinusoidal',
        attention: { rate: 0.3 },
        normalization: 'rmsNorm',
      },
      training: { batchSize: 5 },
    },
  },
  {
    name: '2 layers, all biases, no positions, no mask, attention rate 0, layer normalisation after',
    spec: {
      model: {
        ...small,
        nLayers: 2,
        biases: 'all',
        positions: 'none',
        attention: { rate: 0, causal: false },
        normalization: 'layerNorm',
        normPosition: 'post',
      },
    },
  },
];

const perceptron = { kind: 'mlp', dEmbed: 9, hidden: [19], seed: 3 } as const;

const MLPS: readonly ModelSketch[] = [
  { name: 'mlp', spec: { model: perceptron } },
  {
    name: 'mlp, one-hot, quadratic, mean squared error',
    spec: {
      model: { ...perceptron, input: 'oneHot', actFn: 'square' },
      training: { loss: 'meanSquaredError' },
    },
  },
  {
    name: 'mlp of 3 layers, one table, added, biases, batches',
    spec: {
      model: {
        ...{ ...perceptron, hidden: [19, 7, 13] },
        sharedEmbedding: true,
        combine: 'add',
        biases: 'all',
      },
      training: { batchSize: 7 },
    },
  },
  {
    name: 'mlp of 2 layers, three one-hot operands, added, muon, batches',
    spec: {
      task: { kind: 'modularPolynomial', p: 5, expression: 'x*y + z' },
      model: { ...perceptron, hidden: [19, 7], input: 'oneHot', combine: 'add' },
      optimizer: { kind: 'muon', lr: 0.01, warmupSteps: 2 },
      training: { batchSize: 7 },
    },
    tolerance: 1e-4,
  },
];

const optimizer = { lr: 0.01, warmupSteps: 2 } as const;

const OPTIMIZERS: readonly ModelSketch[] = [
  { name: 'adam, L2', spec: { optimizer: { ...optimizer, kind: 'adam' } } },
  { name: 'sgd, momentum', spec: { optimizer: { ...optimizer, kind: 'sgd', lr: 0.1, momentum: 0.9 } } },
  { name: 'muon', spec: { optimizer: { ...optimizer, kind: 'muon' } }, tolerance: 1e-4 },
  {
    name: 'adamW, decay of weights alone, clipping, cosine',
    spec: {
      model: { ...small, normalization: 'layerNorm' },
      optimizer: { ...optimizer, decayTensors: 'weights', clipNorm: 0.05, schedule: 'cosine' },
    },
  },
  {
    name: 'adamW, filtered and orthogonal gradients of StableMax',
    spec: {
      optimizer: { ...optimizer, orthogonalGradient: true, gradientFilter: { kind: 'grokfastEma' } },
      training: { loss: 'stableMax' },
    },
  },
  ...['adamW', 'adam', 'sgd', 'muon'].map((kind) => ({
    name: `${kind}, frozen tensors, factors on learning rates, clipping, filtered gradients`,
    spec: {
      optimizer: {
        ...{ ...optimizer, kind: kind as OptimizerSpec['kind'] },
        frozen: ['embed.W_E', 'blocks.0.attn.W_V', 'blocks.0.mlp.b_out'],
        lrScale: { 'unembed.W_U': 0.3, 'blocks.0.mlp.W_in': 0.3, 'blocks.0.attn.W_O': 2 },
        decayTensors: ['unembed.W_U', 'blocks.0.attn.W_O', 'blocks.0.mlp.W_out'],
        clipNorm: 0.05,
        gradientFilter: { kind: 'grokfastEma' as const, alpha: 0.9, lambda: 1 },
      },
    },
    ...(kind === 'muon' ? { tolerance: 1e-4 } : {}),
  })),
  {
    name: 'adamW of an mlp whose embeddings are frozen, batches',
    spec: {
      model: perceptron,
      optimizer: { ...optimizer, frozen: ['embed.W_x', 'embed.W_y'], lrScale: { 'unembed.W_U': 0.5 } },
      training: { batchSize: 7 },
    },
  },
  { name: 'adamW of the mean squared error', spec: { training: { loss: 'meanSquaredError' } } },
  {
    name: 'sgd of the mean squared error, quadratic MLP, several answer tokens, batches',
    spec: {
      task: { kind: 'digitAddition', digits: 2 },
      model: { ...small, actFn: 'square' as ModelSpec['actFn'] },
      optimizer: { ...optimizer, kind: 'sgd', lr: 0.3 },
      training: { loss: 'meanSquaredError', batchSize: 5 },
    },
  },
  {
    name: 'muon, all options at once',
    spec: {
      data: { trainFraction: 0.4, split: 'native', labelNoise: 0.2 },
      model: { ...small, normalization: 'layerNorm' },
      optimizer: {
        ...optimizer,
        kind: 'muon',
        schedule: 'cosine',
        clipNorm: 0.5,
        decayTensors: ['embed.W_E', 'blocks.0.mlp.W_out', 'blocks.0.ln2.w'],
        gradientFilter: { kind: 'grokfastEma' },
        orthogonalGradient: true,
      },
      training: { loss: 'stableMax', batchSize: 7 },
    },
    tolerance: 1e-4,
  },
];

const specOf = ({ name, spec }: ModelSketch): RunSpec => {
  const task = spec.task ?? ({ kind: 'modularAddition', p: 11 } as const);
  const decoded = decodeRunSpec({
    task,
    ...(spec.task ? {} : { data: { trainFraction: 0.4, split: 'native' } }),
    ...spec,
    model: spec.model ?? small,
    training: { steps: STEPS, ...spec.training },
  });
  if (decoded._tag === 'Left') throw new Error(`${name}: ${formatSpecErrors(decoded.left)}`);
  return decoded.right;
};

/** A small complete run, trained the same way by every engine. */
export interface ModelCase extends ConformanceCase {
  readonly spec: RunSpec;
}

/**
 * Whole training steps of small networks, against the float64 reference: every kind of layer, of context, of optimizer.
 * All weights, all optimizer states and, for finite tasks, all measures after the last step are compared. Free of any
 * test framework.
 */
export const modelCases: readonly ModelCase[] = [...MODELS, ...MLPS, ...OPTIMIZERS].map((sketch) => {
  const spec = specOf(sketch);
  const { tolerance = TOLERANCE } = sketch;
  /** The reference's result, computed once however many engines are compared with it. */
  let wanted: Promise<Results> | undefined;
  return {
    name: `${STEPS} training steps: ${sketch.name}`,
    spec,
    async run(engine) {
      wanted ??= trainFew(createReferenceEngine(), spec);
      const worstError = worstDifference(await trainFew(engine, spec), await wanted);
      // Negated so that NaN fails.
      if (!(worstError.error <= tolerance))
        throw new Error(`${worstError.key} differs by ${worstError.error}, allowed ${tolerance}`);
      return { worstError: worstError.error };
    },
  };
});

/** All weights, optimizer state and measures after some steps, by name. */
type Results = ReadonlyMap<string, ArrayLike<number>>;

/** The largest error of `got` relative to the norm of what is wanted, and its name; NaN counts as the largest. */
export function worstDifference(
  got: Results,
  want: Results,
): { readonly key: string; readonly error: number } {
  let worst = { key: 'nothing', error: 0 };
  for (const [key, values] of want) {
    const error = normError(got.get(key)!, values);
    if (!(error <= worst.error)) worst = { key, error };
    if (Number.isNaN(error)) break;
  }
  return worst;
}

/** Trains the first steps of a spec, in two calls, and reads everything. */
export async function trainFew(engine: Engine, spec: RunSpec, rewrites = true): Promise<Results> {
  const dataset = datasetOf(spec);
  if (dataset._tag === 'Left') throw new Error('the case has a bad dataset');
  const { functions, parameters, batchAt, evaluation } = buildProgram(spec, dataset.right, { rewrites });
  // A task that draws its examples has a thousand to measure: too many for a test of seconds.
  const isSmall = evaluation.chunk <= MOST_MEASURED;
  const program = await engine.compile(isSmall ? functions : { train: functions.train });
  try {
    writeWeights(program, parameters, initialWeights(spec.model, dataset.right));
    const feeds = Array.from({ length: STEPS }, (_, step) => ({
      ...batchAt(step),
      [HYPER_INPUT]: hyperAt(spec.optimizer, step, spec.training.steps),
    }));
    await program.run('train', feeds.slice(0, FIRST_CALL));
    await program.run('train', feeds.slice(FIRST_CALL));
    const measures = isSmall ? await program.run('evaluate', evaluation.feeds.slice(0, 1)) : {};
    const found = new Map<string, ArrayLike<number>>(Object.entries(measures));
    const kept = [...parameters, ...optimizerStates(spec.optimizer, parameters)];
    for (const { name } of kept) found.set(name, await program.read(name));
    return found;
  } finally {
    await program.dispose();
  }
}
