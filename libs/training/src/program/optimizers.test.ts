import { readFileSync } from 'node:fs';
import { createReferenceEngine } from '@grokscope/engine';
import { Graph } from '@grokscope/graph';
import { HYPER_INPUT, hyperAt, learningRateAt, optimizerStates, optimizerUpdates } from '@grokscope/optim';
import { runSpecDefaults, type OptimizerSpec } from '@grokscope/schema';
import { describe, expect, it } from 'vitest';

/**
 * All parameters after five steps of PyTorch 2.13 optimizers in float64: AdamW, Adam, SGD, `clip_grad_norm_`; and, over
 * these, from the formulas of their published code: Muon (`muon.py`, in float64 instead of bfloat16, with a momentum as
 * torch.optim.Muon has it), Grokfast (`gradfilter_ema`), ⊥Grad (`orthograd.py`).
 */
const TORCH = JSON.parse(
  readFileSync(new URL('../../fixtures/optimizers.torch.json', import.meta.url), 'utf8'),
) as Record<string, readonly number[]>;

/** The names decide which tensors are Muon's matrices and which weights decay; odd shapes, one wide, one tall. */
const TENSORS = [
  { name: 'embed.W_E', shape: [2, 3] },
  { name: 'blocks.0.mlp.W_in', shape: [3, 4] },
  { name: 'blocks.0.mlp.b_in', shape: [4] },
  { name: 'blocks.0.mlp.W_out', shape: [4, 3] },
] as const;

const STEPS = 5;
const base: OptimizerSpec = {
  ...runSpecDefaults.optimizer,
  lr: 0.05,
  betas: [0.9, 0.98],
  weightDecay: 0.3,
  warmupSteps: 0,
};
const sgd: OptimizerSpec = { ...base, kind: 'sgd', momentum: 0 };

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, side) => n * side, 1);

/** The gradient of tensor j at step t, independent of the parameters. */
const gradientAt = (j: number, t: number): number[] =>
  Array.from(
    { length: sizeOf(TENSORS[j].shape) },
    (_, i) => Math.sin(1 + 0.7 * i + 1.3 * t + 2 * j) * (1 + j),
  );

async function start(spec: OptimizerSpec) {
  const graph = new Graph();
  const trained = TENSORS.map(({ name, shape }) => ({
    name,
    parameter: graph.parameter(name, shape),
    gradient: graph.input(`d ${name}`, shape),
  }));
  const updates = optimizerUpdates(graph, spec, trained);
  const program = await createReferenceEngine().compile({ step: { graph, outputs: {}, updates } });
  TENSORS.forEach(({ name, shape }, j) =>
    program.write(
      name,
      Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(i + j)),
    ),
  );
  const step = (t: number, by = spec) =>
    program.run('step', [
      {
        [HYPER_INPUT]: hyperAt(by, t, STEPS),
        ...Object.fromEntries(TENSORS.map(({ name }, j) => [`d ${name}`, gradientAt(j, t)])),
      },
    ]);
  const weights = async (): Promise<number[]> => {
    const all = await Promise.all(TENSORS.map(({ name }) => program.read(name)));
    return all.flatMap((values) => [...values]);
  };
  return { graph, program, step, weights };
}

async function trained(spec: OptimizerSpec): Promise<number[]> {
  const { step, weights } = await start(spec);
  for (let t = 0; t < STEPS; t++) await step(t);
  return weights();
}

const CASES: Readonly<Record<string, OptimizerSpec>> = {
  adamW: base,
  'adamW, weights decay': { ...base, decayTensors: 'weights' },
  'adamW, one tensor decays': { ...base, decayTensors: ['blocks.0.mlp.W_in'] },
  adam: { ...base, kind: 'adam' },
  sgd,
  'sgd, momentum': { ...sgd, momentum: 0.9 },
  muon: {
    ...base,
    kind: 'muon',
    momentum: 0.95,
    adamW: { lr: 0.01, betas: [0.8, 0.95], eps: 1e-6, weightDecay: 0.1 },
  },
  'sgd, clipped': { ...sgd, weightDecay: 0, clipNorm: 0.5 },
  'sgd, clip that does nothing': { ...sgd, weightDecay: 0, clipNorm: 50 },
  'sgd, warm-up and cosine': { ...sgd, weightDecay: 0, warmupSteps: 2, schedule: 'cosine' },
  'adamW, orthogonal': { ...base, orthogonalGradient: true },
  'adamW, grokfast': { ...base, gradientFilter: { kind: 'grokfastEma', alpha: 0.9, lambda: 3 } },
};

describe('five steps from PyTorch', () => {
  it('have a case here for each of its values', () =>
    expect(Object.keys(CASES).sort()).toEqual(Object.keys(TORCH).sort()));

  it.each(Object.entries(CASES))('%s', async (name, spec) => {
    const got = await trained(spec);
    // The numbers of a step are float32: relative 6e-8 of each step.
    got.forEach((value, i) => expect(Math.abs(value - TORCH[name][i]), `${i}`).toBeLessThan(3e-7));
    expect(got).toHaveLength(TORCH[name].length);
  });
});

/** Every kind of optimizer, with a frozen tensor, a slower one and one whose gradients alone are clipped. */
const PARTIAL: readonly OptimizerSpec[] = ['adamW', 'adam', 'sgd, momentum', 'muon'].map((kind) => ({
  ...CASES[kind],
  frozen: ['blocks.0.mlp.W_in'],
  lrScale: { 'blocks.0.mlp.W_out': 0.25 },
}));

describe('a tensor', () => {
  /** What each tensor is after five steps, by name. */
  async function ends(spec: OptimizerSpec): Promise<Record<string, readonly number[]>> {
    const all = await trained(spec);
    let at = 0;
    return Object.fromEntries(TENSORS.map(({ name, shape }) => [name, all.slice(at, (at += sizeOf(shape)))]));
  }

  it.each(PARTIAL.map((spec) => [spec.kind, spec] as const))(
    'that is frozen stays as it began under %s, and the others do not notice',
    async (_, { lrScale: __, ...spec }) => {
      const [some, all] = [await ends(spec), await ends({ ...spec, frozen: [] })];
      expect(some['blocks.0.mlp.W_in']).toEqual(Array.from({ length: 12 }, (_, i) => Math.cos(i + 1)));
      for (const { name } of TENSORS)
        if (name !== 'blocks.0.mlp.W_in') expect(some[name], name).toEqual(all[name]);
    },
  );

  it.each(PARTIAL.map((spec) => [spec.kind, spec] as const))(
    'with a factor follows %s at that learning rate, to the bit, and the others do not notice',
    async (_, { frozen: __, ...spec }) => {
      const plain = { ...spec, lrScale: {} };
      // A power of two, so that a product by it is exact.
      const slow = { ...plain, lr: spec.lr / 4 };
      const slowRest = spec.adamW ? { adamW: { ...spec.adamW, lr: spec.adamW.lr / 4 } } : {};
      const [some, fast, slower] = [
        await ends(spec),
        await ends(plain),
        await ends({ ...slow, ...slowRest }),
      ];
      for (const { name } of TENSORS)
        expect(some[name], name).toEqual((name === 'blocks.0.mlp.W_out' ? slower : fast)[name]);
      expect(some['blocks.0.mlp.W_out']).not.toEqual(fast['blocks.0.mlp.W_out']);
    },
  );

  it('that is frozen is not counted where gradients are clipped', async () => {
    const clipped: OptimizerSpec = { ...CASES['sgd, clipped'], clipNorm: 0.5 };
    const names = TENSORS.map(({ name }) => name);
    const alone = await ends({ ...clipped, frozen: names.slice(1) });
    const { step, weights } = await start({ ...clipped, frozen: names.slice(1) });
    const before = await weights();
    await step(0);
    const moved = (await weights()).map((value, i) => value - before[i]);
    expect(Math.hypot(...moved)).toBeCloseTo(clipped.lr * 0.5, 6);
    expect(alone).not.toEqual(await ends(clipped));
  });
});

describe('the states of an optimizer', () => {
  const ALL: readonly OptimizerSpec[] = [
    ...Object.values(CASES),
    ...PARTIAL,
    { ...PARTIAL[0], gradientFilter: { kind: 'grokfastEma', alpha: 0.9, lambda: 3 } },
    { ...CASES.muon, gradientFilter: { kind: 'grokfastEma', alpha: 0.9, lambda: 3 } },
  ];

  it.each(ALL.map((spec) => [spec.kind, spec] as const))('are all that %s keeps', async (_, spec) => {
    const { graph } = await start(spec);
    const kept = graph.nodes.flatMap((node) => (node.op === 'state' ? [node.attributes.name] : []));
    expect(
      optimizerStates(spec, TENSORS)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(kept.sort());
  });

  it.each(ALL.map((spec) => [spec.kind, spec] as const))(
    'carry a run of %s on as if it had never stopped, to the bit',
    async (_, spec) => {
      const [first, second] = [await start(spec), await start(spec)];
      for (let t = 0; t < 3; t++) await first.step(t);
      const names = [...TENSORS, ...optimizerStates(spec, TENSORS)].map(({ name }) => name);
      for (const name of names) second.program.write(name, await first.program.read(name));
      for (let t = 3; t < STEPS; t++) await second.step(t);
      expect(await second.weights()).toEqual(await trained(spec));
    },
  );
});

describe('settings that change while a run goes on', () => {
  it.each([...Object.entries(CASES), ...PARTIAL.map((spec) => [`${spec.kind} in part`, spec] as const)])(
    'are heard by %s: no rate, no step',
    async (_, spec) => {
      const { step, weights } = await start(spec);
      await step(3);
      const before = await weights();
      const still = { ...spec, lr: 0, ...(spec.adamW ? { adamW: { ...spec.adamW, lr: 0 } } : {}) };
      await step(4, still);
      expect(await weights()).toEqual(before);
    },
  );

  it.each(['adamW', 'adam', 'sgd', 'muon'])('weight decay of %s', async (kind) => {
    const ends = await Promise.all(
      [0.3, 2].map(async (weightDecay) => {
        const { step, weights } = await start(CASES[kind]);
        await step(0, { ...CASES[kind], weightDecay });
        return (await weights())[6];
      }),
    );
    expect(ends[0]).not.toBe(ends[1]);
  });
});

describe('the learning rate', () => {
  it('rises through the warm-up and stays', () => {
    const rates = [0, 1, 5, 10, 5000].map((step) =>
      learningRateAt({ ...base, lr: 2, warmupSteps: 10 }, step),
    );
    expect(rates).toEqual([0, 0.2, 1, 2, 2]);
  });

  it('falls by half a cosine to 0 at the end, and needs to know where that is', () => {
    const spec: OptimizerSpec = { ...base, lr: 2, warmupSteps: 10, schedule: 'cosine' };
    const rates = [0, 5, 10, 60, 110, 200].map((step) => learningRateAt(spec, step, 110));
    [0, 1, 2, 1, 0, 0].forEach((rate, i) => expect(rates[i]).toBeCloseTo(rate, 12));
    expect(() => learningRateAt(spec, 20)).toThrow('number of steps');
  });
});

it('the mainline optimizer is one fused op a tensor, fed the eight numbers of that op', async () => {
  const { graph } = await start(base);
  const made = graph.nodes.filter((node) => !['parameter', 'state', 'input'].includes(node.op));
  expect(made.filter(({ op }) => op !== 'constant').map(({ op }) => op)).toEqual(TENSORS.map(() => 'adamW'));
  expect(hyperAt(base, 3)).toHaveLength(8);
});
