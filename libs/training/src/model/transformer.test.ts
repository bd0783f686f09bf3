import { createRandom, sizeOf } from '@grokscope/base';
import { createReferenceEngine } from '@grokscope/engine';
import { differentiate, Graph, ops } from '@grokscope/graph';
import { buildForward, parameters, taskFor, toGraphLayout } from '@grokscope/model';
import type { TransformerSpec } from '@grokscope/model';
import { describe, expect, it } from 'vitest';

const base: TransformerSpec = {
  nLayers: 2,
  dModel: 6,
  nHeads: 3,
  dHead: 2,
  dMlp: 5,
  actFn: 'tanh',
  normalization: 'none',
  initScale: 1.5,
  seed: 0,
};
/** Fewer outputs than tokens, as in many tasks. */
const task = { dVocab: 7, dVocabOut: 6, nCtx: 4, operands: { count: 3, values: 5, answers: 5 } };
const EXAMPLES = [
  [0, 4, 2, 6],
  [3, 3, 1, 6],
  [5, 0, 6, 2],
];
/** Tables of sinusoidal and rotary positions are kept in float32. */
const FLOAT32 = 1e-6;

type Tensors = ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>;

/**
 * Values near one that a float32 can represent, biases and normalisation weights included, so that every part of the
 * network affects the result.
 */
function draw(model: TransformerSpec): Tensors {
  const random = createRandom(11);
  return new Map(
    parameters(model, taskFor(model, task)).map(({ name, shape }) => {
      const stream = random.split(name);
      const spread = 1 / Math.sqrt(shape.length > 1 ? base.dModel : 1);
      return [
        name,
        { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => spread * stream.nextNormal()) },
      ];
    }),
  );
}

/** The network as a program in float64, every position scored; gradients are those of a weighted sum of all logits. */
async function compile(model: TransformerSpec, weights: Tensors, examples: readonly (readonly number[])[]) {
  const graph = new Graph();
  const mine = taskFor(model, task);
  const rows = examples.length * task.nCtx;
  const batch = {
    nExamples: examples.length,
    tokens: Int32Array.from(examples.flat()),
    scored: Int32Array.from({ length: rows }, (_, row) => row),
  };
  const { logits, activations } = buildForward(graph, model, mine, batch);
  const random = createRandom(5);
  const factors = Float32Array.from({ length: rows * mine.dVocabOut }, () => random.nextNormal());
  const loss = ops.mean(ops.multiply(logits, graph.constant(factors, [rows, mine.dVocabOut])));
  const infos = parameters(model, mine);
  const gradients = differentiate(
    loss,
    infos.map(({ name, graphShape }) => graph.parameter(name, graphShape)),
  );
  const slopes = Object.fromEntries(infos.map(({ name }, i) => [`slope of ${name}`, gradients[i]]));
  const program = await createReferenceEngine().compile({
    f: { graph, outputs: { logits, loss, ...activations, ...slopes }, updates: [] },
  });
  for (const info of infos) program.write(info.name, toGraphLayout(info, weights.get(info.name)!.data));
  return { program, infos, run: () => program.run('f', [{}]) };
}

const sum = (n: number, f: (i: number) => number): number => {
  let total = 0;
  for (let i = 0; i < n; i++) total += f(i);
  return total;
};
const each = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
const plus = (a: readonly number[], b: readonly number[]): number[] => a.map((x, i) => x + b[i]);

/** The logits of one example at each position, from the definitions alone. */
function plainLogits(model: TransformerSpec, weights: Tensors, tokens: readonly number[]): number[][] {
  const { nLayers, dModel, nHeads, dHead, dMlp, normalization, initScale } = model;
  const { biases = 'mlp', positions = 'learned', normPosition = 'pre', tiedEmbeddings = false } = model;
  const { rate = 1, causal = true } = model.attention ?? {};
  const value = (name: string, ...index: number[]): number => {
    const { shape, data } = weights.get(name)!;
    return data[index.reduce((flat, i, axis) => flat * shape[axis] + i, 0)];
  };
  const norm = (x: readonly number[], name: string): number[] => {
    const mean = normalization === 'layerNorm' ? sum(dModel, (i) => x[i]) / dModel : 0;
    const size = Math.sqrt(sum(dModel, (i) => (x[i] - mean) ** 2) / dModel + 1e-5);
    const shift = (i: number): number => (normalization === 'layerNorm' ? value(`${name}.b`, i) : 0);
    return x.map((xi, i) => ((xi - mean) / size) * value(`${name}.w`, i) + shift(i));
  };
  const isPre = normalization !== 'none' && normPosition === 'pre';
  const isPost = normalization !== 'none' && normPosition === 'post';
  /** A pair of coordinates as a complex number, turned by its position. */
  const turn = (x: readonly number[], t: number): number[] => {
    if (positions !== 'rotary') return [...x];
    const half = dHead / 2;
    return x.map((xi, i) => {
      const angle = t * 10_000 ** (-(2 * (i % half)) / dHead);
      return i < half
        ? xi * Math.cos(angle) - x[i + half] * Math.sin(angle)
        : xi * Math.cos(angle) + x[i - half] * Math.sin(angle);
    });
  };
  const attend = (xs: readonly (readonly number[])[], block: string): number[][] => {
    const bias = (name: string, ...index: number[]): number =>
      biases === 'all' ? value(`${block}.attn.b_${name}`, ...index) : 0;
    const map = (x: readonly number[], name: string, h: number): number[] =>
      each(
        dHead,
        (j) => sum(dModel, (i) => x[i] * value(`${block}.attn.W_${name}`, h, i, j)) + bias(name, h, j),
      );
    const heads = each(nHeads, (h) => {
      const q = xs.map((x, t) => turn(map(x, 'Q', h), t));
      const k = xs.map((x, t) => turn(map(x, 'K', h), t));
      const v = xs.map((x) => map(x, 'V', h));
      return q.map((query, t) => {
        const seen = causal ? t + 1 : xs.length;
        const weight = each(seen, (s) => Math.exp(sum(dHead, (j) => query[j] * k[s][j]) / Math.sqrt(dHead)));
        const total = sum(seen, (s) => weight[s]);
        return each(dHead, (j) => sum(seen, (s) => (rate * (weight[s] / total) + 1 - rate) * v[s][j]));
      });
    });
    return xs.map((_, t) =>
      each(
        dModel,
        (i) =>
          bias('O', i) +
          sum(nHeads, (h) => sum(dHead, (j) => heads[h][t][j] * value(`${block}.attn.W_O`, h, j, i))),
      ),
    );
  };
  const mlp = (x: readonly number[], block: string): number[] => {
    const bias = (name: string, i: number): number =>
      biases === 'none' ? 0 : value(`${block}.mlp.${name}`, i);
    const post = each(dMlp, (j) =>
      Math.tanh(bias('b_in', j) + sum(dModel, (i) => x[i] * value(`${block}.mlp.W_in`, i, j))),
    );
    return each(
      dModel,
      (i) => bias('b_out', i) + sum(dMlp, (j) => post[j] * value(`${block}.mlp.W_out`, j, i)),
    );
  };
  const place = (t: number, i: number): number => {
    if (positions === 'learned') return value('pos_embed.W_pos', t, i);
    if (positions !== 'sinusoidal') return 0;
    const angle = t / 10_000 ** ((i - (i % 2)) / dModel);
    return initScale * Math.sqrt(2 / dModel) * (i % 2 === 0 ? Math.sin(angle) : Math.cos(angle));
  };
  let xs = tokens.map((token, t) => each(dModel, (i) => value('embed.W_E', token, i) + place(t, i)));
  for (let layer = 0; layer < nLayers; layer++) {
    const block = `blocks.${layer}`;
    const added = attend(isPre ? xs.map((x) => norm(x, `${block}.ln1`)) : xs, block);
    xs = xs.map((x, t) => plus(x, added[t]));
    if (isPost) xs = xs.map((x) => norm(x, `${block}.ln1`));
    if (dMlp === 0) continue;
    xs = xs.map((x) => plus(x, mlp(isPre ? norm(x, `${block}.ln2`) : x, block)));
    if (isPost) xs = xs.map((x) => norm(x, `${block}.ln2`));
  }
  return xs
    .map((x) => (isPre ? norm(x, 'ln_final') : x))
    .map((x) =>
      each(
        taskFor(model, task).dVocabOut,
        (c) =>
          (biases === 'all' ? value('unembed.b_U', c) : 0) +
          sum(dModel, (i) => x[i] * (tiedEmbeddings ? value('embed.W_E', c, i) : value('unembed.W_U', i, c))),
      ),
    );
}

const OPTIONS: readonly (readonly [string, Partial<TransformerSpec>, number?])[] = [
  ['nothing said', {}],
  ['attention only', { dMlp: 0 }],
  ['biases: none', { biases: 'none' }],
  ['biases: all', { biases: 'all' }],
  ['positions: sinusoidal', { positions: 'sinusoidal' }, FLOAT32],
  [
    'positions: sinusoidal of an odd width',
    { positions: 'sinusoidal', dModel: 5, nHeads: 1, dHead: 5 },
    FLOAT32,
  ],
  ['positions: rotary', { positions: 'rotary' }, FLOAT32],
  ['positions: rotary, several pairs a head', { positions: 'rotary', nHeads: 1, dHead: 6 }, FLOAT32],
  ['positions: none', { positions: 'none' }],
  ['layerNorm', { normalization: 'layerNorm' }],
  ['rmsNorm', { normalization: 'rmsNorm' }],
  ['layerNorm after', { normalization: 'layerNorm', normPosition: 'post' }],
  ['rmsNorm after, attention only', { normalization: 'rmsNorm', normPosition: 'post', dMlp: 0 }],
  ['tied embeddings', { tiedEmbeddings: true }],
  ['outputs: classes', { outputs: 'classes' }],
  ['attention rate 0', { attention: { rate: 0 } }],
  ['attention rate 0.25', { attention: { rate: 0.25 } }],
  ['attention rate 1, said', { attention: { rate: 1 } }],
  ['no mask', { attention: { causal: false } }],
  ['attention rate 0.25, no mask', { attention: { rate: 0.25, causal: false } }],
  [
    'all at once',
    {
      biases: 'all',
      positions: 'rotary',
      normalization: 'rmsNorm',
      normPosition: 'post',
      tiedEmbeddings: true,
      attention: { rate: 0.5, causal: false },
    },
    FLOAT32,
  ],
];

const CASES = OPTIONS.map(([name, option, tolerance = 1e-12]) => [name, option, tolerance] as const);

describe.each(CASES)('a transformer with %s', (_, option, tolerance) => {
  const model = { ...base, ...option };
  const weights = draw(model);

  it('has the logits of plain loops', async () => {
    const { logits } = await (await compile(model, weights, EXAMPLES)).run();
    const want = EXAMPLES.flatMap((tokens) => plainLogits(model, weights, tokens)).flat();
    expect(logits).toHaveLength(want.length);
    want.forEach((x, i) =>
      expect(Math.abs(logits[i] - x), `logit ${i}`).toBeLessThan(tolerance * (1 + Math.abs(x))),
    );
  });
});

it('the gradient of a transformer with every option is that of central differences, every entry', async () => {
  const [, option] = OPTIONS.at(-1)!;
  const model = { ...base, ...option, nLayers: 1 };
  const { program, infos, run } = await compile(model, draw(model), EXAMPLES.slice(0, 2));
  const found = await run();
  const h = 1e-5;
  for (const { name } of infos) {
    const values = Float64Array.from(await program.read(name));
    const lossAt = async (i: number, x: number): Promise<number> => {
      program.write(name, values.with(i, x));
      return (await run())['loss'][0];
    };
    for (let i = 0; i < values.length; i++) {
      const slope = ((await lossAt(i, values[i] + h)) - (await lossAt(i, values[i] - h))) / (2 * h);
      expect(Math.abs(found[`slope of ${name}`][i] - slope), `${name} ${i}`).toBeLessThan(1e-8);
    }
    program.write(name, values);
  }
});

describe('what an option means', () => {
  const scoresOf = async (model: TransformerSpec): Promise<(q: number, k: number) => number> => {
    const found = await (await compile(model, draw(model), [[2, 2, 2, 2]])).run();
    return (q, k) => found['blocks.0.attn.hook_attn_scores'][q * model.nHeads * task.nCtx + k];
  };

  it('rotary: scores of one token with itself depend on the distance alone', async () => {
    const score = await scoresOf({ ...base, positions: 'rotary', attention: { causal: false } });
    for (const distance of [-2, -1, 0, 1, 2])
      for (let k = Math.max(0, -distance); k + distance < 4 && k < 4; k++)
        expect(score(k + distance, k)).toBeCloseTo(score(Math.max(distance, 0), Math.max(-distance, 0)), 6);
    expect(Math.abs(score(1, 0) - score(0, 0))).toBeGreaterThan(0.01);
    expect(Math.abs(score(1, 0) - score(0, 1))).toBeGreaterThan(0.01);
  });

  it('positions: none, without a mask: the order of tokens is no matter', async () => {
    const model: TransformerSpec = { ...base, positions: 'none', attention: { causal: false } };
    const logits = async (tokens: readonly number[]): Promise<number[]> =>
      Array.from((await (await compile(model, draw(model), [tokens])).run())['logits'].slice(-6));
    const [one, other] = [await logits([1, 5, 3, 6]), await logits([3, 1, 5, 6])];
    one.forEach((x, i) => expect(other[i]).toBeCloseTo(x, 12));
  });

  it('attention rate 0: every token that is seen has weight 1, and nothing learns whom to look at', async () => {
    const model: TransformerSpec = { ...base, attention: { rate: 0 } };
    const found = await (await compile(model, draw(model), EXAMPLES)).run();
    const pattern = found['blocks.1.attn.hook_pattern'];
    pattern.forEach((x, i) => {
      const query = Math.floor(i / (3 * 4)) % 4;
      expect(x).toBe(i % 4 <= query ? 1 : 0);
    });
    for (const name of ['W_Q', 'W_K'])
      expect(found[`slope of blocks.0.attn.${name}`].every((x) => x === 0)).toBe(true);
    expect(found['slope of blocks.0.attn.W_V'].some((x) => x !== 0)).toBe(true);
  });

  it('attention rate 1 is the same graph as none said', () => {
    const nodes = (attention?: TransformerSpec['attention']): unknown => {
      const graph = new Graph();
      const model = attention === undefined ? base : { ...base, attention };
      const batch = { nExamples: 1, tokens: Int32Array.of(0, 1, 2, 6), scored: Int32Array.of(3) };
      buildForward(graph, model, task, batch);
      return graph.nodes;
    };
    expect(nodes({ rate: 1, causal: true })).toEqual(nodes());
  });
});
