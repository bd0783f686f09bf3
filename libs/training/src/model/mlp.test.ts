import { createRandom, sizeOf } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { differentiate, Graph, ops } from '@grokscope/graph';
import { buildForward, initialWeights, parameters, taskFor } from '@grokscope/model';
import type { MlpSpec } from '@grokscope/model';
import { describe, expect, it } from 'vitest';

const base: MlpSpec = {
  kind: 'mlp',
  input: 'embedding',
  dEmbed: 4,
  sharedEmbedding: false,
  combine: 'concatenate',
  hidden: [7],
  biases: 'none',
  actFn: 'tanh',
  initScale: 1,
  seed: 0,
};
/** Two operands below 5, an "=" that is not an operand, three answers. */
const pairs = { dVocab: 6, dVocabOut: 6, nCtx: 3, operands: { count: 2, values: 5, answers: 3 } };
const triples = { ...pairs, nCtx: 4, operands: { count: 3, values: 5, answers: 4 } };
type Task = typeof pairs;

/** Examples that contain every operand at every place. */
const examplesOf = ({ operands: { count, values } }: Task): number[][] =>
  Array.from({ length: values + 2 }, (_, e) => [
    ...Array.from({ length: count }, (_, at) => (e * (at + 1) + at) % values),
    values,
  ]);

type Weights = Record<string, Float32Array>;

/** Values near one that a float32 can represent, biases included. */
function draw(model: MlpSpec, task: Task): Weights {
  const random = createRandom(7);
  return Object.fromEntries(
    parameters(model, taskFor(model, task)).map(({ name, shape }) => {
      const stream = random.split(name);
      return [name, Float32Array.from({ length: sizeOf(shape) }, () => 0.6 * stream.nextNormal())];
    }),
  );
}

/** The network in float64, its tokens constant or fed; gradients are those of a weighted sum of all logits. */
async function compile(model: MlpSpec, task: Task, weights: Weights, isFed = false) {
  const graph = new Graph();
  const mine = taskFor(model, task);
  const examples = examplesOf(task);
  const tokens = Int32Array.from(examples.flat());
  const scored = Int32Array.from(examples, (_, e) => (e + 1) * task.nCtx - 1);
  const { logits, activations } = buildForward(graph, model, mine, {
    nExamples: examples.length,
    tokens: isFed ? graph.input('tokens', [tokens.length], 'i32') : tokens,
    scored: isFed ? graph.input('scored', [scored.length], 'i32') : scored,
  });
  const random = createRandom(5);
  const factors = Float32Array.from({ length: sizeOf(logits.shape) }, () => random.nextNormal());
  const loss = ops.mean(ops.multiply(logits, graph.constant(factors, logits.shape)));
  const infos = parameters(model, mine);
  const gradients = differentiate(
    loss,
    infos.map(({ name, graphShape }) => graph.parameter(name, graphShape)),
  );
  const slopes = Object.fromEntries(infos.map(({ name }, i) => [`slope of ${name}`, gradients[i]]));
  const program = await createReferenceEngine().compile({
    f: { graph, outputs: { logits, loss, ...activations, ...slopes }, updates: [] },
  });
  for (const { name } of infos) program.write(name, weights[name]);
  return { program, infos, run: () => program.run('f', [isFed ? { tokens } : {}]) };
}

const logitsOf = async (model: MlpSpec, task: Task, weights: Weights, isFed = false): Promise<number[]> =>
  Array.from((await (await compile(model, task, weights, isFed)).run())['logits']);

function expectClose(got: readonly number[], want: readonly number[]): void {
  expect(got).toHaveLength(want.length);
  want.forEach((x, i) => expect(Math.abs(got[i] - x), `logit ${i}`).toBeLessThan(1e-12 * (1 + Math.abs(x))));
}

/** `x` times a matrix of `width` columns, with a bias if there is one. */
const times = (x: readonly number[], W: Float32Array, b?: Float32Array): number[] => {
  const width = W.length / x.length;
  return Array.from({ length: width }, (_, j) =>
    x.reduce((total, xi, i) => total + xi * W[i * width + j], b?.[j] ?? 0),
  );
};

/** The logits of all examples, from the definition alone: operands joined into one input, then layer by layer. */
function plainLogits(model: MlpSpec, task: Task, weights: Weights): number[] {
  const { input, dEmbed, combine, sharedEmbedding, hidden } = model;
  const { count, values } = task.operands;
  const vector = (token: number, at: number): number[] => {
    if (input === 'oneHot') return Array.from({ length: values }, (_, i) => Number(i === token));
    const table = weights[sharedEmbedding ? 'embed.W_E' : `embed.W_${'xyz'[at]}`];
    return [...table.subarray(token * dEmbed, (token + 1) * dEmbed)];
  };
  return examplesOf(task).flatMap((tokens) => {
    const vectors = tokens.slice(0, count).map(vector);
    const joined =
      combine === 'concatenate'
        ? vectors.flat()
        : vectors.reduce((total, one) => total.map((x, i) => x + one[i]));
    const last = hidden.reduce((x, _, layer) => {
      const name = hidden.length === 1 ? 'mlp' : `mlp.${layer}`;
      return times(x, weights[`${name}.W_in`], weights[`${name}.b_in`]).map(Math.tanh);
    }, joined);
    return times(last, weights['unembed.W_U'], weights['unembed.b_U']);
  });
}

const OPTIONS: readonly (readonly [string, Partial<MlpSpec>, Task])[] = [
  ['nothing said', {}, pairs],
  ['one-hot operands', { input: 'oneHot' }, pairs],
  ['one-hot operands, added', { input: 'oneHot', combine: 'add' }, pairs],
  ['one table', { sharedEmbedding: true }, pairs],
  ['embeddings added', { combine: 'add' }, pairs],
  ['biases', { biases: 'all' }, pairs],
  ['three hidden layers', { hidden: [7, 3, 5], biases: 'all' }, pairs],
  ['three operands', {}, triples],
  [
    'three operands, one table, added, two layers',
    { sharedEmbedding: true, combine: 'add', hidden: [5, 4] },
    triples,
  ],
  ['three one-hot operands, biases', { input: 'oneHot', biases: 'all' }, triples],
];

describe.each(OPTIONS)('a multilayer perceptron with %s', (_, option, task) => {
  const model = { ...base, ...option };
  const weights = draw(model, task);

  it.each([
    ['known', false],
    ['fed', true],
  ])('has the logits of plain loops, its tokens %s', async (_, isFed) => {
    expectClose(await logitsOf(model, task, weights, isFed), plainLogits(model, task, weights));
  });
});

it.each(OPTIONS.filter(([, { input, hidden }]) => input === 'oneHot' || (hidden?.length ?? 0) > 1))(
  'the gradient with %s is that of central differences, every entry, tokens known and fed',
  async (_, option, task) => {
    const model = { ...base, ...option };
    const { program, infos, run } = await compile(model, task, draw(model, task));
    const found = await run();
    const fed = await (await compile(model, task, draw(model, task), true)).run();
    const h = 1e-5;
    for (const { name } of infos) {
      const values = Float64Array.from(await program.read(name));
      const lossAt = async (i: number, x: number): Promise<number> => {
        program.write(name, values.with(i, x));
        return (await run())['loss'][0];
      };
      for (let i = 0; i < values.length; i++) {
        const slope = ((await lossAt(i, values[i] + h)) - (await lossAt(i, values[i] - h))) / (2 * h);
        for (const one of [found, fed])
          expect(Math.abs(one[`slope of ${name}`][i] - slope), `${name} ${i}`).toBeLessThan(1e-8);
      }
      program.write(name, values);
    }
  },
);

describe('what an option means', () => {
  it('one-hot operands are embeddings whose table is the identity', async () => {
    const embedded: MlpSpec = { ...base, dEmbed: 5 };
    const identity = Float32Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
    const weights = draw({ ...base, input: 'oneHot' }, pairs);
    expectClose(
      await logitsOf({ ...base, input: 'oneHot' }, pairs, weights),
      await logitsOf(embedded, pairs, { ...weights, 'embed.W_x': identity, 'embed.W_y': identity }),
    );
  });

  it('one table is separate ones that are equal', async () => {
    const weights = draw({ ...base, sharedEmbedding: true }, pairs);
    const twice = { ...weights, 'embed.W_x': weights['embed.W_E'], 'embed.W_y': weights['embed.W_E'] };
    expectClose(
      await logitsOf({ ...base, sharedEmbedding: true }, pairs, weights),
      await logitsOf(base, pairs, twice),
    );
  });

  it.each(['embedding', 'oneHot'] as const)(
    'operands added (%s) are operands side by side whose rows of W_in are the same for each',
    async (input) => {
      const added: MlpSpec = { ...base, input, combine: 'add' };
      const weights = draw(added, pairs);
      const W_in = weights['mlp.W_in'];
      const stacked = { ...weights, 'mlp.W_in': Float32Array.of(...W_in, ...W_in) };
      expectClose(await logitsOf(added, pairs, weights), await logitsOf({ ...base, input }, pairs, stacked));
    },
  );

  it('the tensors have a row for each value of an operand and a column for each answer: "=" has neither', () => {
    const names = (model: MlpSpec, task: Task): unknown[] =>
      parameters(model, taskFor(model, task)).map(({ name, shape }) => [name, shape]);
    expect(names(base, pairs)).toEqual([
      ['embed.W_x', [5, 4]],
      ['embed.W_y', [5, 4]],
      ['mlp.W_in', [8, 7]],
      ['unembed.W_U', [7, 3]],
    ]);
    expect(names({ ...base, input: 'oneHot', hidden: [7, 2], biases: 'all' }, triples)).toEqual([
      ['mlp.0.W_in', [15, 7]],
      ['mlp.0.b_in', [7]],
      ['mlp.1.W_in', [7, 2]],
      ['mlp.1.b_in', [2]],
      ['unembed.W_U', [2, 4]],
      ['unembed.b_U', [4]],
    ]);
    expect(names({ ...base, sharedEmbedding: true, combine: 'add' }, triples).slice(0, 2)).toEqual([
      ['embed.W_E', [5, 4]],
      ['mlp.W_in', [4, 7]],
    ]);
  });

  it('initScale is the spread of initial weights times the root of what each sums', () => {
    const model: MlpSpec = { ...base, dEmbed: 64, hidden: [256, 64], biases: 'all', initScale: 3 };
    const task = { ...pairs, dVocab: 101, operands: { count: 2, values: 100, answers: 100 } };
    const spread: Record<string, number> = {
      'embed.W_x': 64,
      'embed.W_y': 64,
      'mlp.0.W_in': 128,
      'mlp.1.W_in': 256,
      'unembed.W_U': 64,
    };
    for (const { name, data } of initialWeights(model, taskFor(model, task))) {
      const size = Math.sqrt(data.reduce((total, x) => total + x * x, 0) / data.length);
      if (name in spread) expect(Math.abs((size * Math.sqrt(spread[name])) / 3 - 1), name).toBeLessThan(0.1);
      else expect([...new Set(data)], name).toEqual([0]);
    }
  });
});
