import { createRandom } from '@grokscope/base';
import { createDataset, type Dataset } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { charactersOfTask, groupAnalysis } from './group-analysis.js';

function dataset(task: { readonly kind: string }): Dataset {
  const made = createDataset(task, { trainFraction: 0.5, splitSeed: 0, split: 'native' });
  if (made._tag === 'Left') throw new Error(made.left.message);
  return made.right;
}

const composition = (group: object, product = 'xy') =>
  dataset({ kind: 'groupComposition', group, product } as never);
const permutations = (n: number) => dataset({ kind: 'permutationComposition', n } as never);

describe('the characters of a task', () => {
  it('are those of its table, found once', () => {
    const { structure } = composition({ symmetric: 4 });
    const found = charactersOfTask(structure);
    expect(found!.list.map(({ name }) => name)).toEqual(['trivial', 'sign', '2a', '3a', '3b']);
    expect(charactersOfTask(structure)).toBe(found);
  });

  it('are the same for permutations under either name', () => {
    const [group, plain] = [composition({ symmetric: 4 }), permutations(4)];
    expect(charactersOfTask(plain.structure)).toEqual(charactersOfTask(group.structure));
    expect([...charactersOfTask(plain.structure)!.group.table]).toEqual([...plain.labels]);
  });

  it('are none where the answers are no products', () => {
    expect(charactersOfTask(composition({ symmetric: 3 }, 'xyx').structure)).toBeUndefined();
    expect(charactersOfTask(dataset({ kind: 'modularAddition', p: 7 } as never).structure)).toBeUndefined();
    expect(charactersOfTask(undefined)).toBeUndefined();
  });
});

describe('a network read by characters', () => {
  it('has every character with its shares, which add up', () => {
    const { structure, trainIndices: train, testIndices: test } = composition({ alternating: 4 });
    const characters = charactersOfTask(structure)!;
    const random = createRandom(2);
    const values = (count: number): Float64Array =>
      Float64Array.from({ length: count }, () => random.nextNormal());
    const [n, width] = [12, 3];
    const logits = values(n ** 3);
    const found = groupAnalysis(characters, {
      ...{ logits, train, test },
      embeddings: [values(n * width), values(n * width)],
      unembedding: values(width * n),
    });
    expect(found.characters.map(({ name, dimension, rank }) => [name, dimension, rank])).toEqual([
      ['trivial', 1, 1],
      ['2a', 2, 2],
      ['3a', 3, 9],
    ]);
    const total = (share: (character: (typeof found.characters)[number]) => number): number =>
      found.characters.reduce((sum, character) => sum + share(character), 0);
    expect(total(({ embedding }) => embedding![0])).toBeCloseTo(1, 10);
    expect(total(({ embedding }) => embedding![1])).toBeCloseTo(1, 10);
    expect(total(({ unembedding }) => unembedding!)).toBeCloseTo(1, 10);
    expect(total(({ similarity }) => similarity ** 2)).toBeCloseTo(found.logitsExplained, 10);
    const bare = groupAnalysis(characters, { logits, train, test });
    expect(bare.excludedLoss).toEqual(found.excludedLoss);
    expect(bare.characters[0]).not.toHaveProperty('embedding');
    expect(bare.characters[0]).not.toHaveProperty('unembedding');
  });
});
