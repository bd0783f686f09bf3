import { createReferenceEngine } from '@grokscope/engine';
import { differentiate, Graph, ops } from '@grokscope/graph';
import type { Measure } from '@grokscope/interpret';
import type { Activation } from '@grokscope/model';
import { builtIn, decodeRunSpec, type FullCatalogue } from '@grokscope/parts';
import { createDataset } from '@grokscope/tasks';
import { firstValueFrom, from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { everySteps, progressMeasures, train, type TrainingItem } from './index.js';

/** x·relu(x), in one file, from ops alone: no other code knows it. */
const squaredRelu: Activation = {
  kind: 'squaredRelu',
  apply: (x) => ops.multiply(x, ops.relu(x)),
};

const catalogue: FullCatalogue = { ...builtIn, activations: [...builtIn.activations, squaredRelu] };

const input = {
  task: { kind: 'modularAddition', p: 7 },
  data: { trainFraction: 0.5 },
  model: { dModel: 8, nHeads: 2, dHead: 4, dMlp: 12, actFn: 'squaredRelu' },
  optimizer: { lr: 0.01, warmupSteps: 0 },
  training: { steps: 30 },
  observe: { metricsEvery: 10, progressEvery: 15, checkpointEvery: 30 },
};

describe('an activation from outside', () => {
  it('is refused by the built-in catalogue, which names those there are', () => {
    const refused = decodeRunSpec(input);
    expect(refused._tag === 'Left' && refused.left).toMatchObject([
      { path: 'model.actFn', message: 'must be one of relu, gelu, silu, square, tanh' },
    ]);
  });

  it('is decoded by a catalogue that has it, trained and measured', async () => {
    const spec = decodeRunSpec(input, catalogue);
    if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
    const dataset = createDataset(spec.right.task, spec.right.data);
    if (dataset._tag === 'Left') throw new Error(JSON.stringify(dataset.left));
    const engine = createReferenceEngine();
    const deps = { engine, dataset: dataset.right, runId: 'toy', why: 'test', catalogue };
    const items = await lastValueFrom(train(spec.right, deps).pipe(toArray()));
    const metrics = items.flatMap((item) => (item.type === 'metrics' ? [item.trainLoss!] : []));
    expect(metrics).toHaveLength(4);
    expect(metrics.at(-1)).toBeLessThan(0.8 * metrics[0]);
    expect(items.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 30 });
  });

  it('is measured of its snapshots by the catalogue that has it', async () => {
    const spec = decodeRunSpec({ ...input, training: { steps: 1 } }, catalogue);
    if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
    const dataset = createDataset(spec.right.task, spec.right.data);
    if (dataset._tag === 'Left') throw new Error(JSON.stringify(dataset.left));
    const deps = {
      engine: createReferenceEngine(),
      dataset: dataset.right,
      runId: 'toy',
      why: 'test',
      catalogue,
    };
    const reads: Measure<number> = {
      ...{ name: 'meanPost', title: 'Mean', formula: 'mean of hook_post', unit: '1', range: [null, null] },
      needs: ['activations'],
      activations: () => ['blocks.0.mlp.hook_post'],
      of: ({ activation }) => {
        const values = Array.from(activation('blocks.0.mlp.hook_post'));
        return values.reduce((sum, x) => sum + x, 0) / values.length;
      },
    };
    const ofRun = train(spec.right, { ...deps, measures: [reads] });
    const wanted = await lastValueFrom(ofRun.pipe(toArray()));
    // For the same weights: the snapshots only, without the run's own measures.
    const bare = wanted.filter((item) => item.type === 'started' || item.type === 'snapshot');
    const again = from(bare).pipe(progressMeasures(everySteps(1), [reads], catalogue), toArray());
    const means = (items: readonly TrainingItem[]) =>
      items.flatMap((item) => (item.type === 'progress' ? [item.measures!['meanPost']!] : []));
    const found = means(await firstValueFrom(again));
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toBeGreaterThan(0);
    expect(found[0]).toBeCloseTo(means(wanted)[0], 6);
    await deps.engine.dispose();
  });

  it('is differentiated by its ops', async () => {
    const graph = new Graph();
    const x = graph.parameter('x', [1, 4]);
    const [dx] = differentiate(ops.mean(squaredRelu.apply(x)), [x]);
    const program = await createReferenceEngine().compile({ f: { graph, outputs: { dx }, updates: [] } });
    program.write('x', [-2, -0.5, 1, 3]);
    expect([...(await program.run('f', [{}])).dx]).toEqual([0, 0, 0.5, 1.5]);
  });
});
