import { createWasmEngine } from '@grokscope/engine-wasm';
import { resolveRunSpec } from '@grokscope/experiments';
import type { EndedEvent, MetricsEvent } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { train } from '@grokscope/training';
import { lastValueFrom, toArray } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';

// Small versions of the presets that learn in a second or two: the tests assert what is learned and in which order,
// never how long it took.

interface LearningRun {
  readonly ended: EndedEvent;
  readonly metrics: readonly MetricsEvent[];
  readonly last: MetricsEvent;
}

const small = { dModel: 48, nHeads: 4, dHead: 12, dMlp: 96 };
const quick = { lr: 0.005, weightDecay: 2 };
const untilRight = { steps: 900, stopWhen: { testAccuracy: 0.99 } };
const often = { metricsEvery: 10, progressEvery: 1000, checkpointEvery: 1000 };

describe('small versions of the presets', async () => {
  const engine = await createWasmEngine({ threads: 1 });
  afterAll(() => engine.dispose());

  async function learn(input: object): Promise<LearningRun> {
    const spec = resolveRunSpec({ observe: often, ...input });
    if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
    const made = createDataset(spec.right.task, spec.right.data);
    if (made._tag === 'Left') throw new Error(made.left.message);
    const deps = { engine, dataset: made.right, runId: 'small', why: 'a test' };
    const items = await lastValueFrom(train(spec.right, deps).pipe(toArray()));
    const metrics = items.flatMap((item) => (item.type === 'metrics' ? [item] : []));
    return { ended: items.at(-1) as EndedEvent, metrics, last: metrics.at(-1)! };
  }

  it.each([
    ['addition', { base: 'mainline', task: { p: 29 }, model: { ...small, seed: 1 } }],
    ['character addition', { base: 'character-addition', task: { vocabulary: 29 }, model: small }],
    ['multiplication', { base: 'multiplication', task: { p: 29 }, model: small }],
  ])('grok %s: memorised first, right on unseen pairs later', async (_, input) => {
    const { ended, metrics } = await learn({
      ...input,
      data: { trainFraction: 0.7 },
      optimizer: quick,
      training: untilRight,
    });
    const { stepMemorized, stepGeneralized } = ended;
    expect(stepGeneralized).not.toBeNull();
    expect(stepGeneralized!).toBeGreaterThan(stepMemorized! + 40);
    const atMemorized = metrics.find(({ step }) => step === stepMemorized)!;
    expect(atMemorized.testAccuracy!).toBeLessThan(0.9);
  });

  it('of the quadratic perceptron groks by mean squared error', async () => {
    const small = { task: { p: 23 }, model: { hidden: [96] }, data: { trainFraction: 0.6 } };
    const { ended } = await learn({ base: 'quadratic', ...small, training: untilRight });
    expect(ended.stepGeneralized).not.toBeNull();
    expect(ended.stepGeneralized!).toBeGreaterThan(ended.stepMemorized! + 30);
  });

  it.each([
    ['large-start', { task: { p: 11 } }],
    ['clock', { task: { p: 11 } }],
    ['pizza', { task: { p: 11 } }],
    ['three-operands', { task: { p: 5 } }],
    ['alternating', { task: { group: { alternating: 4 } } }],
    ['cyclic', { task: { group: { cyclic: 13 } }, optimizer: quick }],
  ])('of published systems train: %s', async (base, input) => {
    const { metrics, last } = await learn({ base, ...input, training: { steps: 40 }, observe: often });
    expect(last.trainLoss!).toBeLessThan(metrics[0]!.trainLoss! / 2);
  });

  it('learn ROT13 of words without a delay: every letter is seen, so unseen words are right as soon as seen ones', async () => {
    const { ended } = await learn({ base: 'rot13', model: small, training: untilRight });
    expect(ended.stepGeneralized).not.toBeNull();
    expect(ended.stepGeneralized! - ended.stepMemorized!).toBeLessThanOrEqual(30);
  });

  it('memorise ROT13 letter by letter, and never know a held-out one', async () => {
    const { ended, last } = await learn({ base: 'rot13-letters', model: small, training: { steps: 200 } });
    expect(ended.stepMemorized).not.toBeNull();
    expect(last.testAccuracy!).toBeLessThan(0.5);
    expect(last.testLoss!).toBeGreaterThan(3);
  });

  it('learn skip trigrams on ever new sequences', async () => {
    const { last } = await learn({
      base: 'skip-trigram',
      training: { steps: 300, stopWhen: { testLoss: 0.1 } },
    });
    expect(last.testLoss!).toBeLessThan(0.1);
  });

  it('memorise 64 skip trigrams before they find the marker', async () => {
    const { ended } = await learn({ base: 'skip-trigram-finite', training: untilRight });
    expect(ended.stepGeneralized!).toBeGreaterThan(ended.stepMemorized! + 20);
  });

  it('learn the digits of a sum one after another', async () => {
    const { metrics, last } = await learn({
      base: 'digit-addition',
      task: { digits: 2 },
      model: small,
      optimizer: { lr: 0.003 },
      training: { steps: 800, stopWhen: { testLoss: 0.3 } },
    });
    expect(last.testLoss!).toBeLessThan(0.3);
    const knownAt = [0, 1, 2].map(
      (token) => metrics.find(({ testLossByToken }) => testLossByToken![token]! < 0.5)?.step ?? Infinity,
    );
    expect(new Set(knownAt).size).toBeGreaterThan(1);
  });

  it('learn to predict a sequence when it comes again', async () => {
    const { metrics, last } = await learn({
      base: 'repeated-subsequence',
      task: { length: 21, subsequence: 6, repeats: 2, vocabulary: 16 },
      model: { dModel: 32, nHeads: 2, dHead: 16 },
      optimizer: { lr: 0.005, warmupSteps: 20 },
      training: { batchSize: 64, steps: 600, stopWhen: { testLoss: 1 } },
    });
    expect(metrics[0]!.testLoss!).toBeGreaterThan(Math.log(16) - 0.2);
    expect(last.testLoss!).toBeLessThan(1);
  });
});
