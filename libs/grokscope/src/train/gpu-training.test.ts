import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { createGpuEngine, probeGpu } from '@grokscope/engine-gpu';
import { normError } from '@grokscope/engine/testing';
import { initialWeights } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { runSpecDefaults, type ModelSpec } from '@grokscope/schema';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';
import { modelCases } from '@grokscope/training/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { decoded, taskForms, trainForm } from '../testing/task-forms.js';

// Whole training steps on headless GL; those in pages are in e2e/gpu-conformance.spec.ts.
const { available, why } = (await probeGpu()).find(({ name }) => name === 'gpu:headlessgl')!;
if (!available) console.warn(`Training steps on gpu:headlessgl are skipped until it can run: ${why}`);

const STEPS = 10;
const small: ModelSpec = { ...runSpecDefaults.model, dModel: 21, nHeads: 3, dHead: 7, dMlp: 37, seed: 3 };
interface TrainingCase {
  readonly name: string;
  readonly model: ModelSpec;
  readonly p: number;
  readonly rewrites: boolean;
}

const CASES: readonly TrainingCase[] = [
  { name: '1 layer of odd sizes', model: small, p: 13, rewrites: true },
  { name: '1 layer of odd sizes, the plain graph', model: small, p: 13, rewrites: false },
  { name: '2 layers', model: { ...small, nLayers: 2 }, p: 11, rewrites: true },
  {
    name: 'large enough for the products on vectors',
    model: { ...small, dModel: 32, nHeads: 4, dHead: 8, dMlp: 70 },
    p: 31,
    rewrites: true,
  },
];

function modularAddition(p: number): Dataset {
  const made = createDataset(
    { kind: 'modularAddition', p },
    { trainFraction: 0.4, splitSeed: 0, split: 'native' },
  );
  if (made._tag === 'Left') throw new Error('the test has a bad dataset');
  return made.right;
}

/**
 * Returns every weight after ten steps and what `evaluate` then measures; the steps take two calls, so that state is
 * kept between them.
 */
async function train(
  engine: Engine,
  { model, p, rewrites }: TrainingCase,
): Promise<Map<string, ArrayLike<number>>> {
  const data = modularAddition(p);
  const { functions, parameters } = buildProgram({ ...runSpecDefaults, model }, data, { rewrites });
  const program = await engine.compile(functions);
  const weights = new Map(initialWeights(model, data).map((tensor) => [tensor.name, tensor.data]));
  for (const { name } of parameters) program.write(name, weights.get(name)!);
  const feeds = Array.from({ length: STEPS }, (_, step) => ({
    [HYPER_INPUT]: hyperAt(runSpecDefaults.optimizer, step),
  }));
  await program.run('train', feeds.slice(0, 4));
  await program.run('train', feeds.slice(4));
  const found = new Map<string, ArrayLike<number>>(Object.entries(await program.run('evaluate', [{}])));
  for (const { name } of parameters) found.set(name, await program.read(name));
  await program.dispose();
  return found;
}

describe.skipIf(!available)('training on gpu:headlessgl', async () => {
  const engine = available ? await createGpuEngine({ mode: 'headlessgl' }) : null;
  afterAll(async () => engine?.dispose());

  it.each(CASES.map((c) => [c.name, c] as const))(
    'follows the float64 reference for ten steps to 1e-5: %s',
    async (_, trainingCase) => {
      const want = await train(createReferenceEngine(), trainingCase);
      const got = await train(engine!, trainingCase);
      expect([...got.keys()]).toEqual([...want.keys()]);
      for (const [name, values] of want) expect(normError(got.get(name)!, values), name).toBeLessThan(1e-5);
    },
  );

  // Fed tokens, labels and scored positions; the cases above use a full batch. Each form costs many seconds.
  it.each(taskForms.filter(([name]) => name.includes('5 of 13')))(
    'follows it whatever form the data takes: %s',
    async (_, input) => {
      const spec = decoded(input);
      const want = await trainForm(createReferenceEngine(), spec, true);
      const got = await trainForm(engine!, spec, true);
      for (const [name, values] of want) expect(normError(got.get(name)!, values), name).toBeLessThan(2e-5);
    },
  );

  it.each(modelCases.map((one) => [one.name, one] as const))('follows it for %s', async (_, modelCase) => {
    expect((await modelCase.run(engine!)).worstError).toBeGreaterThan(0);
  });
});
