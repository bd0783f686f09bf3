import { existsSync, readFileSync } from 'node:fs';
import { createReferenceEngine } from '@grokscope/engine';
import { preset, resolveRunSpec } from '@grokscope/experiments';
import { decodeSafetensors } from '@grokscope/formats';
import { type Analysis, forwardOn, KeyRuleNotAdmitted } from '@grokscope/interpret';
import { decodeWeights, initialWeights, type NamedTensor } from '@grokscope/model';
import type { RunSpec, RunSpecInput } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeWeights } from './analyze-weights.js';

function specOf(input: unknown): RunSpec {
  const spec = resolveRunSpec(input);
  if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
  return spec.right;
}

const datasetOf = (spec: RunSpec) => {
  const made = createDataset(spec.task, spec.data);
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
};

/** The weights in a file, and the spec it contains. */
function fileOf(path: URL, given?: RunSpec): { spec: RunSpec; weights: readonly NamedTensor[] } {
  const file = decodeSafetensors(readFileSync(path));
  if (file._tag === 'Left') throw new Error(file.left.message);
  const spec = given ?? specOf(JSON.parse(file.right.metadata['spec']));
  const weights = decodeWeights(file.right.tensors, spec.model, datasetOf(spec));
  if (weights._tag === 'Left') throw new Error(weights.left.map(({ message }) => message).join('\n'));
  return { spec, weights: weights.right };
}

const fixture = (name: string): URL => new URL(`../../fixtures/${name}`, import.meta.url);

/** Expects every number of `want` at the same place in `got`, to nine digits, and the same lists and names. */
function expectSame(got: unknown, want: unknown, path = ''): void {
  if (typeof want === 'number') {
    expect(typeof got, path).toBe('number');
    const scale = Math.max(Math.abs(want), 1e-30);
    // Singular values that are zero except for rounding differ freely.
    if (Math.abs(want) > 1e-12)
      expect(Math.abs((got as number) - want) / scale, `${path}: ${String(got)}, not ${want}`).toBeLessThan(
        1e-9,
      );
    return;
  }
  expect(Object.keys(got as object), path).toEqual(expect.arrayContaining(Object.keys(want as object)));
  if (Array.isArray(want)) expect((got as unknown[]).length, path).toBe(want.length);
  for (const [key, value] of Object.entries(want as object))
    expectSame((got as Record<string, unknown>)[key], value, `${path}.${key}`);
}

describe('a small network that has grokked', () => {
  it('measures as plain numpy does', async () => {
    const { spec, weights } = fileOf(fixture('small-addition.safetensors'));
    // Written by fixtures/measure.py, which forms every matrix in full (numpy 2.4, float64).
    const want: unknown = JSON.parse(readFileSync(fixture('small-addition.measures.json'), 'utf8'));
    const got = await analyzeWeights(spec, weights, { step: 2500 });
    expectSame(got, want);
    expect(got.step).toBe(2500);
    expect(got.keyFrequencyRule).toBe('neuronLogit');
    expect(got.absent).toEqual({});
  });
});

// Weights that the authors of "Progress measures for grokking via mechanistic interpretability" published
// (weight decay 0.1, split seed 1, 30 % of the pairs), renamed to TransformerLens names. Not part of this project.
const FILE = new URL('../../../../../shared/reference/nanda-wd0.1-seed1.safetensors', import.meta.url);
const present = existsSync(FILE);
if (!present) console.log('skipped: the published network is not beside the project (../shared/reference)');

describe.runIf(present)('the published network', () => {
  const mainline = preset('mainline');
  const spec: RunSpec = {
    ...mainline,
    data: { ...mainline.data, splitSeed: 1 },
    optimizer: { ...mainline.optimizer, weightDecay: 0.1 } as RunSpec['optimizer'],
  };
  let found: Analysis;
  beforeAll(async () => {
    found = await analyzeWeights(spec, fileOf(FILE, spec).weights);
  }, 120_000);
  const digits = (x: number | undefined, n = 6): string => x!.toPrecision(n);
  const each = (values: object | undefined, show: (x: number) => string = digits) =>
    Object.fromEntries(Object.entries(values ?? {}).map(([k, x]) => [k, show(x as number)]));

  // All values: recomputed in float64 from these weights by two independent programs, on 113 logits.
  it('has its losses and key frequencies', () => {
    expect(each(found.loss)).toEqual({
      train: '9.20242e-9',
      test: '4.98838e-7',
      all: '3.51974e-7',
    });
    expect(found.accuracy).toEqual({ train: 1, test: 1, all: 1 });
    expect(found.keyFrequencies).toEqual({
      neurons: [6, 23, 37, 39, 41],
      neuronLogit: [6, 23, 37, 39, 41],
      embedding: [3, 6, 12, 23, 31, 37, 39, 41, 46, 54],
    });
    expect(found.neurons).toEqual({ assigned: 185, byFrequency: { 6: 47, 23: 31, 37: 65, 39: 11, 41: 31 } });
  });

  it('has its restricted and excluded losses', () => {
    expect(each(found.restrictedLoss)).toEqual({
      all: '2.20113e-9',
      train: '2.09243e-9',
      test: '2.24770e-9',
    });
    expect(digits(found.excludedLoss!.all)).toBe('8.38537');
    expect(each(found.excludedLoss!.byFrequency)).toEqual({
      6: '0.0292582',
      23: '1.17578',
      37: '0.000435657',
      39: '0.0000654772',
      41: '0.000260808',
    });
  });

  it('has its logit fit, Gini coefficients and sum of squares', () => {
    const fit = found.logitFit!;
    expect(each(fit.coefficients, (x) => x.toFixed(5))).toEqual({
      6: '9.37499',
      23: '31.30047',
      37: '6.80449',
      39: '5.05049',
      41: '6.06734',
    });
    expect(digits(fit.explained)).toBe('0.974770');
    expect(digits(fit.loss)).toBe('1.59032e-9');
    expect(found.cosineCoefficients!['23'].toFixed(2)).toBe('26586.03');
    expect(digits(found.gini!.embedding)).toBe('0.538591');
    expect(digits(found.gini!.neuronLogit)).toBe('0.757612');
    expect(found.sumSquaredWeights.total.toFixed(3)).toBe('1180.966');
  });
});

describe('what does not apply', () => {
  const base = {
    data: { trainFraction: 0.4, splitSeed: 0, split: 'native' },
    model: { nLayers: 1, dModel: 8, nHeads: 2, dHead: 4, dMlp: 16, seed: 3 },
  } as const;
  const analyzed = async (input: RunSpecInput): Promise<Analysis> => {
    const spec = specOf(input);
    return analyzeWeights(spec, initialWeights(spec.model, datasetOf(spec)));
  };
  const task = { kind: 'modularAddition', p: 7 } as const;

  it('is absent of a deeper network, with the reason; what its logits tell stays', async () => {
    const found = await analyzed({ ...base, task, model: { ...base.model, nLayers: 2 } });
    expect(found.neurons).toBeUndefined();
    expect(found.attentionToTokens).toBeUndefined();
    expect(found.gini).not.toHaveProperty('neuronLogit');
    expect(found.keyFrequencyRule).toBe('embedding');
    expect(found.loss.all).toBeGreaterThan(0);
    expect(found.group).toMatchObject({ order: 7 });
    expect(found.absent).toHaveProperty('neurons', 'needs a network of one layer; this one has 2');
    const spec = specOf({ ...base, task, model: { ...base.model, nLayers: 2 } });
    const weights = initialWeights(spec.model, datasetOf(spec));
    await expect(analyzeWeights(spec, weights, { keyRule: 'neurons' })).rejects.toThrow(KeyRuleNotAdmitted);
  });

  it('is absent of a network without neurons', async () => {
    const found = await analyzed({ ...base, task, model: { ...base.model, dMlp: 0 } });
    expect(found.keyFrequencies).not.toHaveProperty('neuronLogit');
    expect(found.absent).toHaveProperty('neurons', 'the network has no MLP');
    expect(found.attentionToTokens).toHaveLength(2);
    expect(found.ablations).not.toHaveProperty('mlp');
  });

  it('is absent of a task without a group, whose embedding has principal components instead', async () => {
    const found = await analyzed({
      ...base,
      task: { kind: 'modularPolynomial', p: 7, expression: 'x^2 + x*y' },
    });
    expect(found.keyFrequencies).toBeUndefined();
    expect(found.absent).toHaveProperty('excludedLoss', 'the task has no cyclic group');
    expect(found.principalComponents).toHaveLength(7);
    expect(found.attentionToTokens).toHaveLength(2);
  });

  it('is measured token by token where several are scored, and only there', async () => {
    const several = await analyzed({
      ...base,
      task: { kind: 'digitAddition', digits: 2 },
      data: { trainExamples: 40 },
    });
    const { loss, lossByToken } = several;
    expect(lossByToken).toHaveLength(3);
    for (const set of ['train', 'test', 'all'] as const) {
      const sum = lossByToken!.reduce((total, each) => total + each[set]!, 0);
      expect(sum / 3).toBeCloseTo(loss[set]!, 12);
    }
    expect(new Set(lossByToken!.map(({ test }) => test)).size).toBe(3);
    expect(await analyzed({ ...base, task })).not.toHaveProperty('lossByToken');
  });

  it.each([
    ['one layer', 1],
    ['two', 2],
  ])('multiplication is measured over its exponents, all losses over every pair (%s)', async (_, nLayers) => {
    const spec = specOf({
      ...base,
      task: { kind: 'modularMultiplication', p: 7 },
      model: { ...base.model, nLayers, initScale: 0.1 },
    });
    const weights = initialWeights(spec.model, datasetOf(spec));
    // One wave over the exponents of the generator 3, in both the input and the output weights.
    const tensor = (name: string): Float32Array => weights.find((each) => each.name === name)!.data;
    const [W_E, W_U] = [tensor('embed.W_E'), tensor('unembed.W_U')];
    [1, 3, 2, 6, 4, 5].forEach((token, exponent) => {
      const wave = 0.1 * Math.cos((2 * Math.PI * exponent) / 6);
      for (let i = 0; i < 8; i++) W_E[token * 8 + i] = W_U[i * 8 + token] = wave;
    });
    const found = await analyzeWeights(spec, weights);
    expect(found.spectra!.embedding).toHaveLength(3);
    expect(found.keyFrequencies![found.keyFrequencyRule!]).toEqual([1]);
    // Nothing was learned, so the network guesses: log 7 over seven numbers, log 6 over the six that have exponents.
    expect(found.loss.all).toBeCloseTo(Math.log(7), 1);
    expect(found.restrictedLoss!.all).toBeCloseTo(Math.log(6), 1);
  });
});

describe('the group of a task', () => {
  const small = { nLayers: 1, dModel: 8, nHeads: 2, dHead: 4, dMlp: 16, seed: 3 } as const;
  it.each<[RunSpecInput['task'], Record<string, unknown>]>([
    [
      { kind: 'modularAddition', p: 7 },
      { operation: 'addition mod 7', order: 7, phase: 'a + b − c', signs: { a: 1, b: 1, c: -1 } },
    ],
    [
      { kind: 'modularSubtraction', p: 7 },
      { operation: 'subtraction mod 7', order: 7, phase: 'a − b − c', signs: { a: 1, b: -1, c: -1 } },
    ],
    [
      { kind: 'modularMultiplication', p: 29 },
      { operation: 'multiplication mod 29', order: 28, phase: 'log a + log b − log c', generator: 2 },
    ],
    [
      { kind: 'modularDivision', p: 7 },
      { operation: 'division mod 7', order: 6, phase: 'log a − log b − log c', generator: 3 },
    ],
    [
      { kind: 'characterAddition', vocabulary: 9, valueSeed: 1 },
      {
        operation: 'addition of hidden values mod 9',
        order: 9,
        phase: 'value of a + value of b − value of c',
      },
    ],
  ])('is said with its order, signs and generator: %j', async (task, group) => {
    const spec = specOf({ task, data: { trainFraction: 0.5 }, model: small });
    const dataset = datasetOf(spec);
    const found = await analyzeWeights(spec, initialWeights(spec.model, dataset));
    expect(found.group).toMatchObject({ kind: 'cyclic', ...group });
    // The phase, worked out for every example, is zero: the wave peaks there.
    const { generator, order, signs } = found.group!;
    const structure = dataset.structure;
    const log = (x: number): number => {
      if (generator === undefined) return structure?.kind === 'cyclic' ? structure.elementOf[x] : NaN;
      let [power, exponent] = [1, 0];
      while (power !== x) [power, exponent] = [(power * generator) % (order + 1), exponent + 1];
      return exponent;
    };
    for (let e = 0; e < dataset.nExamples; e++) {
      const [a, b, c] = [dataset.tokens[3 * e], dataset.tokens[3 * e + 1], dataset.labels[e]];
      if (generator !== undefined && a * b * c === 0) continue;
      expect(Math.abs((log(a) + signs.b * log(b) - log(c)) % order)).toBe(0);
    }
  });

  it('is not said of a task without one', async () => {
    const spec = specOf({
      task: { kind: 'modularPolynomial', p: 7, expression: 'x^2 + x*y' },
      data: { trainFraction: 0.5 },
      model: small,
    });
    expect(await analyzeWeights(spec, initialWeights(spec.model, datasetOf(spec)))).not.toHaveProperty(
      'group',
    );
  });
});

describe('a network of which no frequency stands out', () => {
  it.each([7, 23, 53])('has no losses built on keys, and the reason instead (p = %i)', async (p) => {
    const spec = specOf({
      task: { kind: 'modularAddition', p },
      data: { trainFraction: 0.5 },
      model: { nLayers: 1, dModel: 8, nHeads: 2, dHead: 4, dMlp: 16, seed: 3 },
    });
    const found = await analyzeWeights(spec, initialWeights(spec.model, datasetOf(spec)));
    const marked = found.keyFrequencies!.neuronLogit!.length;
    expect(marked).toBeGreaterThan((p - 1) / 3);
    for (const name of [
      'restrictedLoss',
      'excludedLoss',
      'logitFit',
      'cosineCoefficients',
      'logitVariance',
    ]) {
      expect(found).not.toHaveProperty(name);
      expect(found.absent[name]).toBe(
        `no frequency stands out yet: the rule neuronLogit marks ${marked} of ${(p - 1) / 2}, and what is built on so many means nothing`,
      );
    }
    expect(found.ablations).not.toHaveProperty('logits');
    expect(found.ablations).not.toHaveProperty('neurons');
  });
});

describe('a network that diverged', () => {
  it.each([1, 2])('has no accuracy where its answers are no numbers (%i layers)', async (nLayers) => {
    const spec = specOf({
      ...{ task: { kind: 'modularAddition', p: 7 } },
      model: { nLayers, dModel: 8, nHeads: 2, dHead: 4, dMlp: 16 },
    });
    const weights = initialWeights(spec.model, datasetOf(spec)).map((tensor) => ({
      ...tensor,
      data: tensor.data.map((x) => x * 3e38),
    }));
    const { accuracy, loss } = await analyzeWeights(spec, weights);
    for (const set of ['train', 'test', 'all'] as const) {
      expect(Number.isFinite(loss[set])).toBe(false);
      expect(accuracy[set]).toBeNaN();
    }
  });
});

describe('the pass over pairs', () => {
  it('agrees with the reference engine’s, which computes the model’s own graph', async () => {
    const spec = specOf({
      task: { kind: 'modularSubtraction', p: 5 },
      data: { trainFraction: 0.5 },
      model: { nLayers: 1, dModel: 12, nHeads: 3, dHead: 4, dMlp: 10, seed: 2 },
    });
    const dataset = datasetOf(spec);
    const weights = initialWeights(spec.model, dataset);
    const fast = await analyzeWeights(spec, weights);
    const { logits } = await forwardOn(createReferenceEngine(), spec.model, dataset, weights);
    let sum = 0;
    for (let e = 0; e < 25; e++) {
      const row = Array.from(logits.slice(e * 6, e * 6 + 5));
      sum += Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - row[dataset.labels[e]];
    }
    expect(fast.loss.all).toBeCloseTo(sum / 25, 12);
  });
});
