import { createReferenceEngine } from '@grokscope/engine';
import { forwardOn, type Measure } from '@grokscope/interpret';
import type { RunEvent } from '@grokscope/schema';
import { decodeRunSpec } from '@grokscope/parts';
import { createDataset } from '@grokscope/tasks';
import { firstValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { train, type TrainingItem } from '../index.js';

const about = { title: 'A measure', formula: 'f', unit: '1', range: [null, null] } as const;

const MODEL = { nLayers: 1, dModel: 6, nHeads: 2, dHead: 3, dMlp: 5 };
const specOf = (input: object) => {
  const decoded = decodeRunSpec({
    task: { kind: 'modularAddition', p: 5 },
    model: MODEL,
    optimizer: { kind: 'sgd', lr: 0.5, momentum: 0, weightDecay: 0, warmupSteps: 0 },
    training: { steps: 2 },
    observe: { metricsEvery: 1, progressEvery: 1, checkpointEvery: 2 },
    ...input,
  });
  if (decoded._tag === 'Left') throw new Error(JSON.stringify(decoded.left));
  return decoded.right;
};

async function itemsOf(input: object, measures: readonly Measure[]): Promise<TrainingItem[]> {
  const spec = specOf(input);
  const dataset = createDataset(spec.task, spec.data);
  if (dataset._tag === 'Left') throw new Error(dataset.left.message);
  const engine = createReferenceEngine();
  const deps = { engine, dataset: dataset.right, runId: 'a', why: 'a test', measures, now: () => 0 };
  const items = await firstValueFrom(train(spec, deps).pipe(toArray()));
  await engine.dispose();
  return items;
}

const progressOf = (items: readonly TrainingItem[]) => items.filter((item) => item.type === 'progress');

describe('a measure of one’s own', () => {
  it('reads the gradients of the step that comes next: plain descent goes along them', async () => {
    const seen: Float64Array[] = [];
    const weights: Float64Array[] = [];
    const probe: Measure<number> = {
      ...about,
      name: 'probe',
      needs: ['gradients'],
      of: ({ gradients, weight }) => {
        seen.push(Float64Array.from(gradients!.find(({ name }) => name === 'blocks.0.mlp.W_in')!.data));
        weights.push(weight('blocks.0.mlp.W_in'));
        return 1;
      },
    };
    await itemsOf({}, [probe]);
    const step = weights[0]!.map((w, i) => (w - weights[1]![i]!) / 0.5);
    step.forEach((g, i) => expect(Math.abs(g - seen[0]![i]!)).toBeLessThan(1e-6));
    expect(Math.max(...seen[0]!.map(Math.abs))).toBeGreaterThan(1e-4);
  });

  it('reads the activations that it names, of every example', async () => {
    const name = 'blocks.0.mlp.hook_post';
    let found: ArrayLike<number> = [];
    const active: Measure<number> = {
      ...about,
      name: 'active',
      needs: ['activations'],
      activations: () => [name],
      of: ({ activation }) => {
        found = activation(name);
        return Array.from(found).filter((x) => x > 0).length / found.length;
      },
    };
    const items = await itemsOf({ training: { steps: 1 } }, [active]);
    const { weights } = items.filter((item) => item.type === 'snapshot').at(-1)!;
    const spec = specOf({});
    const dataset = createDataset(spec.task, spec.data);
    if (dataset._tag === 'Left') throw new Error(dataset.left.message);
    const want = (await forwardOn(createReferenceEngine(), spec.model, dataset.right, weights, [name]))[
      name
    ]!;
    expect(found).toHaveLength(want.length);
    want.forEach((x, i) => expect(Math.abs(x - found[i]!)).toBeLessThan(1e-6));
    expect(progressOf(items)[0]!.measures!['active']).toBeGreaterThan(0);
  });

  it('changes nothing else that is told, whatever it needs', async () => {
    const mean: Measure<number> = {
      ...about,
      name: 'mean',
      needs: ['logits'],
      of: ({ logits }) => logits![0],
    };
    const plain = ({ type, ...rest }: RunEvent): object =>
      type === 'started' || type === 'progress' ? { type, ...rest, measures: undefined } : { type, ...rest };
    const facts = (items: readonly TrainingItem[]): object[] =>
      items
        .filter((item): item is RunEvent => item.type !== 'snapshot')
        .map((event) => ({
          ...plain(event),
          ...{ stepsPerSecond: 0, elapsedMs: 0, evaluationMs: 0 },
        }));
    for (const task of [{ kind: 'modularAddition', p: 5 }, { kind: 'rot13' }]) {
      const [without, withMean] = [await itemsOf({ task }, []), await itemsOf({ task }, [mean])];
      expect(facts(withMean)).toEqual(facts(without));
      expect(progressOf(withMean).every(({ measures }) => typeof measures!['mean'] === 'number')).toBe(true);
      expect(without[0]).not.toHaveProperty('measures');
    }
  });

  it('is neither told nor described where it is of saved weights alone', async () => {
    const of = (): number => 1;
    const saved: Measure<number> = { ...about, name: 'saved', needs: [], savedOnly: true, of };
    const live: Measure<number> = { ...about, name: 'live', needs: [], of };
    const both = await itemsOf({ training: { steps: 1 } }, [saved, live]);
    expect(both[0]).toMatchObject({ type: 'started', measures: [{ name: 'live' }] });
    expect(both[0]).not.toHaveProperty('measures.1');
    expect(progressOf(both)[0]!.measures).toMatchObject({ live: 1 });
    expect(progressOf(both)[0]!.measures).not.toHaveProperty('saved');
    const [started] = await itemsOf({ training: { steps: 1 } }, [saved]);
    expect(started).not.toHaveProperty('measures');
  });

  it('is left out where it is not admitted, and refused under a name that is taken', async () => {
    const of = (): number => 1;
    const never: Measure<number> = { ...about, name: 'never', needs: [], whyNot: () => 'not here', of };
    for (const event of progressOf(await itemsOf({ training: { steps: 1 } }, [never])))
      expect(event.measures).not.toHaveProperty('never');
    await expect(itemsOf({}, [{ ...about, name: 'gini', needs: [], of }])).rejects.toThrow(
      'the name gini of a measure is taken',
    );
    await expect(itemsOf({}, [{ ...about, name: 'a.b', needs: [], of }])).rejects.toThrow('named "a.b"');
    await expect(
      itemsOf({}, [{ ...about, name: 'long', needs: [], unit: 'x'.repeat(101), of }]),
    ).rejects.toThrow('the measure long: unit must be a text of 1 to 100 characters');
    const text = { ...about, name: 'text', needs: [], of: () => 'much' };
    await expect(itemsOf({}, [text])).rejects.toThrow('the measure text gave string');
  });
});
