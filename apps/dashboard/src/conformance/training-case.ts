import { createReferenceEngine, type Engine } from '@grokscope/engine';
import { normError, type ConformanceCase } from '@grokscope/engine/testing';
import { initialWeights } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { runSpecDefaults, type ModelSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';
import { modelCases } from '@grokscope/training/testing';

const STEPS = 10;
const TOLERANCE = 1e-5;

/** Sizes that are multiples of nothing, with an MLP wide enough for the fast form of products. */
const model: ModelSpec = { ...runSpecDefaults.model, dModel: 21, nHeads: 3, dHead: 7, dMlp: 71, seed: 3 };

/** Whole training steps: after ten of them, every weight and every measure is compared with the float64 reference. */
const trainingCase: ConformanceCase = {
  name: `${STEPS} training steps of a small network`,
  async run(engine) {
    const want = await train(createReferenceEngine());
    const got = await train(engine);
    let worstError = 0;
    for (const [name, values] of want) {
      const error = normError(got.get(name)!, values);
      // Negated so that NaN fails.
      if (!(error <= TOLERANCE)) throw new Error(`${name} differs by ${error}, allowed ${TOLERANCE}`);
      worstError = Math.max(worstError, error);
    }
    return { worstError };
  },
};

async function train(engine: Engine): Promise<ReadonlyMap<string, ArrayLike<number>>> {
  const data = createDataset(
    { kind: 'modularAddition', p: 23 },
    { trainFraction: 0.4, splitSeed: 0, split: 'native' },
  );
  if (data._tag === 'Left') throw new Error('the case has a bad dataset');
  const { functions, parameters } = buildProgram({ ...runSpecDefaults, model }, data.right);
  const program = await engine.compile(functions);
  const weights = new Map(initialWeights(model, data.right).map((tensor) => [tensor.name, tensor.data]));
  for (const { name } of parameters) program.write(name, weights.get(name)!);
  const feeds = Array.from({ length: STEPS }, (_, step) => ({
    [HYPER_INPUT]: hyperAt(runSpecDefaults.optimizer, step),
  }));
  await program.run('train', feeds);
  const found = new Map<string, ArrayLike<number>>(Object.entries(await program.run('evaluate', [{}])));
  for (const { name } of parameters) found.set(name, await program.read(name));
  await program.dispose();
  return found;
}

/**
 * Two of the whole models, which together contain most kinds of layer, data and update: a kernel is compiled for each
 * shape.
 */
const CHOSEN = [
  '2 layers, attention only, layer normalisation, context of 15, batches',
  'muon, all options at once',
];

/** The whole training steps that a page runs. */
export const trainingCases: readonly ConformanceCase[] = [
  trainingCase,
  ...modelCases.filter(({ name }) => CHOSEN.some((chosen) => name.endsWith(`: ${chosen}`))),
];
