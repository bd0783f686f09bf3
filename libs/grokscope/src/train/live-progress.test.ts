import { readFileSync } from 'node:fs';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { resolveRunSpec } from '@grokscope/experiments';
import { decodeSafetensors } from '@grokscope/formats';
import { decodeWeights } from '@grokscope/model';
import { createDataset } from '@grokscope/tasks';
import {
  everySteps,
  isSnapshot,
  measureOf,
  progressMeasures,
  train,
  type TrainingItem,
} from '@grokscope/training';
import { firstValueFrom, from, toArray } from 'rxjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyzeWeights } from '../weights/analyze-weights.js';

const file = decodeSafetensors(
  readFileSync(new URL('../../fixtures/small-addition.safetensors', import.meta.url)),
);
if (file._tag === 'Left') throw new Error(file.left.message);
const resolved = resolveRunSpec({
  ...(JSON.parse(file.right.metadata['spec']) as object),
  training: { steps: 6 },
  observe: { metricsEvery: 3, progressEvery: 2, checkpointEvery: 3 },
});
if (resolved._tag === 'Left') throw new Error(JSON.stringify(resolved.left));
const spec = resolved.right;
const made = createDataset(spec.task, spec.data);
if (made._tag === 'Left') throw new Error(made.left.message);
const dataset = made.right;
const decoded = decodeWeights(file.right.tensors, spec.model, dataset);
if (decoded._tag === 'Left') throw new Error('the fixture does not hold the weights of its spec');
const weights = decoded.right;

let items: TrainingItem[];
beforeAll(async () => {
  const engine = await createWasmEngine({ threads: 1 });
  const deps = { engine, dataset, runId: 'six', why: 'a test', initialWeights: weights };
  items = await firstValueFrom(train(spec, deps).pipe(toArray()));
  await engine.dispose();
});

const progressOf = (of: readonly TrainingItem[]) => of.filter((item) => item.type === 'progress');

describe('a run of a network that has grokked', () => {
  it('measures what analyze does, to 1e-3 in float32', async () => {
    const want = await analyzeWeights(spec, weights);
    const got = progressOf(items)[0];
    expect(got).toMatchObject({
      step: 0,
      precision: 'float32',
      keys: 'current',
      keyFrequencyRule: 'neuronLogit',
    });
    expect(got.keyFrequencies).toEqual({
      neuronLogit: want.keyFrequencies!.neuronLogit,
      embedding: want.keyFrequencies!.embedding,
    });
    const near = (x: number | null | undefined, y: number): void =>
      expect(Math.abs((x as number) - y), `${String(x)}, not ${y}`).toBeLessThan(1e-3 * y);
    near(got.loss!.test, want.loss.test!);
    near(got.loss!.all, want.loss.all);
    near(got.excludedLoss!.all, want.excludedLoss!.all);
    for (const [k, value] of Object.entries(want.excludedLoss!.byFrequency))
      near(got.excludedLoss!.byFrequency[k] as number, value);
    near(got.logitFit!.explained, want.logitFit!.explained);
    near(got.gini!.embedding, want.gini!.embedding);
    near(got.sumSquaredWeights!.total, want.sumSquaredWeights.total);
  });

  it('is measured again at its checkpoints with its final keys: in step order, just before it ends', () => {
    const live = progressOf(items).filter(({ keys }) => keys === 'current');
    expect(live.map(({ step }) => step)).toEqual([0, 2, 4, 6]);
    const last = items.findIndex((item) => isSnapshot(item) && item.purpose === 'final');
    const after = items.slice(last + 1);
    expect(progressOf(after).map(({ step, keys }) => [step, keys])).toEqual([
      [3, 'final'],
      [6, 'final'],
    ]);
    expect(after.at(-1)!.type).toBe('ended');
    const facts = items.filter((item) => item.type !== 'snapshot');
    expect(facts.map(({ seq }) => seq)).toEqual(facts.map((_, i) => i));
  });

  it('is told as generalized at once, without phases it did not have', () => {
    const phases = items.filter((item) => item.type === 'phase');
    expect(phases.map(({ phase, step }) => [phase, step])).toEqual([['generalized', 0]]);
    expect(phases[0].evidence['testLoss']).toBeLessThan(1e-5);
  });
});

describe('progressMeasures', () => {
  it('adds measures of snapshots that the run did not make, and numbers what follows on', async () => {
    const without = items.filter((item) => item.type !== 'progress' && item.type !== 'phase');
    let seq = 0;
    const source = without.map((item) => (isSnapshot(item) ? item : { ...item, seq: seq++ }));
    const out = await firstValueFrom(from(source).pipe(progressMeasures(everySteps(3)), toArray()));
    expect(progressOf(out).map(({ step, precision }) => [step, precision])).toEqual([
      [0, 'float64'],
      [3, 'float64'],
      [6, 'float64'],
    ]);
    const facts = out.filter((item) => item.type !== 'snapshot');
    expect(facts.map(({ seq: number }) => number)).toEqual(facts.map((_, i) => i));
    expect(out.filter(isSnapshot)).toEqual(source.filter(isSnapshot));
  });

  it('leaves alone what the run measured itself', async () => {
    const out = await firstValueFrom(from(items).pipe(progressMeasures(everySteps(2)), toArray()));
    expect(out).toEqual(items);
  });

  it('of one measure gives its values by step', async () => {
    const values = await firstValueFrom(from(items).pipe(measureOf('sumSquaredWeights'), toArray()));
    expect(values.map(({ step, keys }) => [step, keys])).toEqual([
      [0, 'current'],
      [2, 'current'],
      [4, 'current'],
      [6, 'current'],
      [3, 'final'],
      [6, 'final'],
    ]);
    expect(values[0].value.total).toBeGreaterThan(500);
  });
});
