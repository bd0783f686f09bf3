import { createReferenceEngine } from '@grokscope/engine';
import { initialWeights } from '@grokscope/model';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { charactersOfTask, groupAnalysis } from '../characters/group-analysis.js';
import { networkOf } from '../network/network.js';
import { pairLogits } from '../network/pair-views.js';
import type { Analysis } from './analysis.js';
import { analyze } from './analyze.js';
import { logitsOn } from './forward.js';

const engine = createReferenceEngine();
const model = {
  nLayers: 1,
  dModel: 10,
  nHeads: 2,
  dHead: 5,
  dMlp: 9,
  actFn: 'relu',
  normalization: 'none',
  initScale: 3,
  seed: 3,
} as const;

function dataset(task: { readonly kind: string }): Dataset {
  const made = createDataset(task, { trainFraction: 0.5, splitSeed: 0, split: 'native', labelNoise: 0.2 });
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
}

const composition = (product = 'xy') =>
  dataset({ kind: 'groupComposition', group: { symmetric: 3 }, product } as never);

const analysisOf = (data: Dataset, nLayers = 1): Promise<Analysis> => {
  const spec = { ...model, nLayers };
  return analyze({ model: spec, dataset: data, weights: initialWeights(spec, data), engine });
};

describe('the analysis of a network that composes', () => {
  const data = composition();
  const n = 6;
  const { labels: label, trainIndices: train, testIndices: test, structure } = data;

  it('reads it by the characters of the group', async () => {
    const weights = initialWeights(model, data);
    const network = networkOf(model, weights);
    const elements = Int32Array.from({ length: n }, (_, i) => i);
    const grid = { first: elements, second: elements, equals: n, outputs: elements };
    const logits = Float64Array.from(
      Array.from({ length: n * n }, (_, row) => [
        ...pairLogits(network, grid, n + 1, [Math.floor(row / n), row % n]),
      ]).flat(),
    );
    const embedding = network.weight('embed.W_E').subarray(0, n * model.dModel);
    const wanted = groupAnalysis(charactersOfTask(structure)!, {
      ...{ logits, label, train, test },
      embeddings: [embedding, embedding],
    });
    const found = await analysisOf(data);
    expect(found.characters!.map(({ name }) => name)).toEqual(['trivial', 'sign', '2a']);
    found.characters!.forEach(({ similarity, embedding, unembedding }, i) => {
      expect(similarity).toBeCloseTo(wanted.characters[i]!.similarity, 10);
      expect(embedding).toEqual(wanted.characters[i]!.embedding);
      expect(unembedding).toBeGreaterThan(0);
    });
    expect(found.logitsExplained).toBeCloseTo(wanted.logitsExplained, 10);
    expect(found.restrictedLoss!.train).toBeCloseTo(wanted.restrictedLoss.train!, 10);
    expect(found.restrictedLoss!.all).toBeCloseTo(wanted.restrictedLoss.all, 10);
    expect(found.excludedLoss!.all).toBeCloseTo(wanted.excludedLoss!.all, 10);
    expect(Object.keys(found.excludedLoss!.byCharacter!)).toEqual(
      found.characters!.filter(({ isKey }) => isKey).map(({ name }) => name),
    );
    expect(found.absent).not.toHaveProperty('restrictedLoss');
  });

  it('does so of a deeper one by the logits of the engine, and of permutations under their other name', async () => {
    const spec = { ...model, nLayers: 2 };
    const plain = dataset({ kind: 'permutationComposition', n: 3 } as never);
    const all = await logitsOn(engine, spec, plain, initialWeights(spec, plain));
    const logits = Float64Array.from(all).filter((_, i) => i % (n + 1) < n);
    const wanted = groupAnalysis(charactersOfTask(structure)!, { logits, label: plain.labels, train, test });
    const found = await analysisOf(plain, 2);
    expect(found.restrictedLoss!.all).toBeCloseTo(wanted.restrictedLoss.all, 10);
    expect(found.characters![0]).not.toHaveProperty('unembedding');
  });

  it('has none where the answers are no table of a group', async () => {
    for (const other of [composition('xyx'), dataset({ kind: 'modularAddition', p: 5 } as never)]) {
      const found = await analysisOf(other);
      expect(found).not.toHaveProperty('characters');
      expect(found).not.toHaveProperty('logitsExplained');
      expect(found.absent).not.toHaveProperty('characters');
    }
    expect((await analysisOf(composition('xyx'))).absent['restrictedLoss']).toBe(
      'the task has no cyclic group',
    );
  });
});
