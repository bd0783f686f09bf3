import { createWasmEngine } from '@grokscope/engine-wasm';
import { initialWeights, toGraphLayout } from '@grokscope/model';
import { HYPER_INPUT, hyperAt } from '@grokscope/optim';
import { decodeRunSpec } from '@grokscope/parts';
import { type OptimizerInput, type RunSpecInput } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { buildProgram } from '@grokscope/training';
import { afterAll, expect, it } from 'vitest';
import type { Values } from '@grokscope/engine';

// Every optimizer trains: addition mod 13 with a small network, 200 full-batch steps from a loss of log 14.
const STEPS = 200;
const engine = await createWasmEngine({ threads: 1 });
afterAll(() => engine.dispose());

type Loss = NonNullable<RunSpecInput['training']>['loss'];

const CASES: readonly (readonly [name: string, optimizer: OptimizerInput, loss?: Loss])[] = [
  ['adamW', { lr: 0.003 }],
  ['adam', { kind: 'adam', lr: 0.003, weightDecay: 1e-4 }],
  ['sgd with momentum', { kind: 'sgd', lr: 0.05, momentum: 0.9, weightDecay: 1e-4 }],
  ['muon', { kind: 'muon', lr: 0.01, weightDecay: 0.1 }],
  ['Grokfast', { lr: 0.003, gradientFilter: { kind: 'grokfastEma' } }],
  ['⊥Grad', { lr: 0.003, weightDecay: 0, orthogonalGradient: true }],
  ['StableMax', { lr: 0.003, weightDecay: 0 }, 'stableMax'],
  [
    'cosine, clipping, decay of weights',
    { lr: 0.005, schedule: 'cosine', clipNorm: 1, decayTensors: 'weights' },
  ],
];

it.each(CASES)(
  '%s: the train loss falls to less than a tenth',
  async (_, optimizer, loss = 'crossEntropy') => {
    const decoded = decodeRunSpec({
      task: { kind: 'modularAddition', p: 13 },
      data: { trainFraction: 0.7, split: 'native' },
      model: { dModel: 32, nHeads: 2, dHead: 16, dMlp: 64 },
      optimizer,
      training: { steps: STEPS, loss },
    });
    if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
    const spec = decoded.right;
    const dataset = createDataset(spec.task, spec.data);
    if (dataset._tag === 'Left') throw new Error('the test has a bad dataset');
    const { functions, parameters } = buildProgram(spec, dataset.right);
    const program = await engine.compile(functions);
    initialWeights(spec.model, dataset.right).forEach(({ name, data }, i) =>
      program.write(name, toGraphLayout(parameters[i], data)),
    );
    const { trainIndices } = dataset.right;
    const trainLoss = (losses: Values): number =>
      trainIndices.reduce((sum, i) => sum + losses[i], 0) / trainIndices.length;
    const before = trainLoss((await program.run('evaluate', [{}]))['loss']);
    const feeds = Array.from({ length: STEPS }, (__, step) => ({
      [HYPER_INPUT]: hyperAt(spec.optimizer, step, STEPS),
    }));
    await program.run('train', feeds);
    const after = trainLoss((await program.run('evaluate', [{}]))['loss']);
    await program.dispose();
    expect(before).toBeGreaterThan(2);
    expect(after).toBeLessThan(before / 10);
  },
);
