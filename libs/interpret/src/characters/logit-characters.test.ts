import { createRandom } from '@grokscope/base';
import { finiteGroup, groupKinds, type FiniteGroup } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import { columnsAsRows, explainedByCharacters } from './explained.js';
import type { Characters } from './character.js';
import { irreducibleCharacters } from './irreducible.js';
import { logitCharacters, type PairLogits } from './logit-characters.js';

const groups = [
  ['symmetric', 3],
  ['alternating', 4],
  ['dihedral', 5],
  ['cyclic', 7],
] as const;

function charactersOf(kind: keyof typeof groupKinds, n: number): Characters {
  const group = finiteGroup(groupKinds[kind].make(n).table);
  if (group._tag === 'Left') throw new Error(group.left.message);
  return irreducibleCharacters(group.right);
}

const times = ({ table, order }: FiniteGroup, x: number, y: number): number => table[x * order + y]!;

/** χ(x·y·z⁻¹) ÷ χ(1), whole: [n·n, n]. */
function cube({ group, classes }: Characters, ratios: Float64Array): Float64Array {
  const n = group.order;
  return Float64Array.from({ length: n ** 3 }, (_, i) => {
    const [x, y, z] = [Math.floor(i / (n * n)), Math.floor(i / n) % n, i % n];
    return ratios[classes.classOf[times(group, times(group, x, y), group.inverse[z]!)]!]!;
  });
}

const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);

function pairsOf(n: number, logits: Float64Array): PairLogits {
  const rows = Int32Array.from({ length: n * n }, (_, i) => i);
  return {
    logitsOf: (x) => logits.subarray(x * n * n, (x + 1) * n * n),
    train: rows.filter((row) => row % 3 !== 0),
    test: rows.filter((row) => row % 3 === 0),
  };
}

function randomLogits(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: n ** 3 }, () => random.nextNormal());
}

/** Mean cross-entropy of rows, plainly. */
function lossOf(logits: Float64Array, n: number, rows: Int32Array, labelOf: (row: number) => number): number {
  const losses = Array.from(rows, (row) => {
    const values = logits.subarray(row * n, (row + 1) * n);
    const sum = values.reduce((total, value) => total + Math.exp(value), 0);
    return Math.log(sum) - values[labelOf(row)]!;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

describe.each(groups)('the characters in logits, %s %i', (kind, size) => {
  const characters = charactersOf(kind, size);
  const { group, list } = characters;
  const n = group.order;

  it('agree with whole cubes and their lengths', () => {
    const logits = randomLogits(n, 5).map((x, i) => x + 40 * Math.floor(i / n) - 20);
    const pairs = pairsOf(n, logits);
    const found = logitCharacters(characters, pairs);
    const centred = logits.map((x, i) => {
      const from = i - (i % n);
      return x - logits.subarray(from, from + n).reduce((sum, y) => sum + y, 0) / n;
    });
    const restricted = new Float64Array(n ** 3);
    const alone: [string, Float64Array][] = [];
    list.forEach(({ name, ratios, isTrivial }, i) => {
      const whole = cube(characters, ratios);
      const wanted = dot(centred, whole) / Math.sqrt(dot(centred, centred) * dot(whole, whole));
      expect(found.similarities[i]!.similarity).toBeCloseTo(wanted, 10);
      if (isTrivial) expect(wanted).toBeCloseTo(0, 10);
      if (wanted <= 0.005) return;
      const part = whole.map(
        (x) => (wanted * Math.sqrt(dot(centred, centred)) * x) / Math.sqrt(dot(whole, whole)),
      );
      part.forEach((x, at) => (restricted[at]! += x));
      alone.push([name, part]);
    });
    const product = (row: number): number => group.table[row]!;
    expect(found.restrictedLoss.train).toBeCloseTo(lossOf(restricted, n, pairs.train, product), 9);
    expect(found.restrictedLoss.test).toBeCloseTo(lossOf(restricted, n, pairs.test, product), 9);
    const without = (part: Float64Array): number =>
      lossOf(
        centred.map((x, i) => x - part[i]!),
        n,
        pairs.train,
        product,
      );
    expect(found.excludedLoss!.all).toBeCloseTo(without(restricted), 9);
    expect(Object.keys(found.excludedLoss!.byCharacter)).toEqual(alone.map(([name]) => name));
    for (const [name, part] of alone)
      expect(found.excludedLoss!.byCharacter[name]).toBeCloseTo(without(part), 9);
    const squares = found.similarities.map(({ similarity }) => similarity ** 2);
    expect(found.explained).toBeCloseTo(
      squares.reduce((sum, x) => sum + x, 0),
      10,
    );
  });

  it('are found again where logits are made of them', () => {
    const chosen = list.filter(({ isTrivial }) => !isTrivial).slice(-2);
    const logits = new Float64Array(n ** 3);
    chosen.forEach(({ ratios }, i) =>
      cube(characters, ratios).forEach((x, at) => (logits[at]! += (3 - i) * x)),
    );
    const found = logitCharacters(characters, pairsOf(n, logits));
    expect(found.explained).toBeCloseTo(1, 10);
    expect(found.similarities.filter(({ isKey }) => isKey).map(({ character }) => character)).toEqual(chosen);
    // Nothing is left: every class is as likely as another.
    expect(found.excludedLoss!.all).toBeCloseTo(Math.log(n), 9);
    const product = (row: number): number => group.table[row]!;
    expect(found.restrictedLoss.all).toBeCloseTo(
      lossOf(
        logits,
        n,
        Int32Array.from({ length: n * n }, (_, i) => i),
        product,
      ),
      9,
    );
  });

  it('count what was wanted, not what is right, where labels are wrong', () => {
    const logits = randomLogits(n, 9);
    const label = group.table.map((product, row) => (row % 4 === 1 ? (product + 1) % n : product));
    const pairs = { ...pairsOf(n, logits), label };
    const found = logitCharacters(characters, pairs);
    const right = logitCharacters(characters, pairsOf(n, logits));
    expect(found.similarities).toEqual(right.similarities);
    const restricted = new Float64Array(n ** 3);
    const size = Math.sqrt(
      logits.reduce((sum, x, i) => {
        const from = i - (i % n);
        return sum + (x - logits.subarray(from, from + n).reduce((s, y) => s + y, 0) / n) ** 2;
      }, 0),
    );
    for (const { character, similarity, isKey } of found.similarities) {
      if (!isKey) continue;
      const whole = cube(characters, character.ratios);
      whole.forEach((x, at) => (restricted[at]! += (similarity * size * x) / Math.sqrt(dot(whole, whole))));
    }
    expect(found.restrictedLoss.train).toBeCloseTo(
      lossOf(restricted, n, pairs.train, (row) => label[row]!),
      9,
    );
    expect(found.excludedLoss!.all).not.toBeCloseTo(right.excludedLoss!.all, 3);
  });

  it('explain an embedding in shares that add up, by the projector of each', () => {
    const random = createRandom(3);
    const width = 4;
    const embedding = Float64Array.from({ length: n * width }, () => random.nextNormal());
    const shares = explainedByCharacters(characters, embedding);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    list.forEach(({ rank, ratios }, i) => {
      const kept = new Float64Array(n * width);
      for (let x = 0; x < n; x++)
        for (let y = 0; y < n; y++) {
          const ratio = ratios[characters.classes.classOf[times(group, x, group.inverse[y]!)]!]!;
          for (let w = 0; w < width; w++)
            kept[x * width + w]! += (rank / n) * ratio * embedding[y * width + w]!;
        }
      expect(shares[i]).toBeCloseTo(dot(kept, kept) / dot(embedding, embedding), 10);
    });
    const columns = Float64Array.from(
      { length: n * width },
      (_, i) => embedding[(i % n) * width + Math.floor(i / n)]!,
    );
    expect(columnsAsRows(columns, n)).toEqual(embedding);
  });

  it('have no excluded loss without training pairs, and nothing is key in logits that say nothing', () => {
    const every = Int32Array.from({ length: n * n }, (_, i) => i);
    const logits = new Float64Array(n ** 3).fill(2);
    const found = logitCharacters(characters, {
      ...pairsOf(n, logits),
      train: new Int32Array(0),
      test: every,
    });
    expect(found).not.toHaveProperty('excludedLoss');
    expect(found.similarities.some(({ isKey }) => isKey)).toBe(false);
    expect(found.explained).toBe(0);
    expect(found.restrictedLoss).toEqual({
      test: expect.closeTo(Math.log(n), 10),
      all: expect.closeTo(Math.log(n), 10),
    });
  });
});
