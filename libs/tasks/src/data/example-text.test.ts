import type { DataSpec, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { createDataset, exampleText, exampleTexts, hiddenValues, type Dataset } from '../index.js';

const table: DataSpec = { trainFraction: 0.5, splitSeed: 0, split: 'native' };
const drawn: DataSpec = { trainExamples: 20, splitSeed: 0, split: 'native' };

function dataset(task: TaskSpec, data: DataSpec): Dataset {
  const made = createDataset(task, data);
  if (E.isLeft(made)) throw new Error(made.left.message);
  return made.right;
}

describe('an example in words', () => {
  it.each([
    [{ kind: 'modularAddition', p: 7 }, 5 * 7 + 6, '5 + 6 → 4'],
    [{ kind: 'modularSubtraction', p: 7 }, 2 * 7 + 6, '2 − 6 → 3'],
    [{ kind: 'modularMultiplication', p: 7 }, 3 * 7 + 4, '3 × 4 → 5'],
    // b begins at 1.
    [{ kind: 'modularDivision', p: 7 }, 5 * 6 + 3, '5 ÷ 4 → 3'],
    [{ kind: 'modularPolynomial', p: 7, expression: 'x^2 + y' }, 3 * 7 + 1, 'x = 3, y = 1 → 3'],
    // g first: 1 → 3 → 2, 2 → 1 → 3, 3 → 2 → 1.
    [{ kind: 'permutationComposition', n: 3 }, 5 * 6 + 4, '321 ∘ 312 → 132'],
    [{ kind: 'rot13', letters: 1 }, 7, 'h → u'],
    [{ kind: 'rot13', letters: 2 }, 7 * 26 + 4, 'he → ur'],
  ] as const)('%o', (task, example, text) => {
    expect(exampleText(task, dataset(task, table), example)).toBe(text);
  });

  it('adds characters by their hidden numbers, which it can reveal', () => {
    const task = { kind: 'characterAddition', vocabulary: 30, valueSeed: 5 } as const;
    const data = dataset(task, table);
    const values = hiddenValues(data)!;
    expect(Object.values(values).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    for (const text of exampleTexts(task, data, 200)) {
      const [, a, b, sum] = /^(.) \+ (.) → (.)$/u.exec(text)!;
      expect((values[a!]! + values[b!]!) % 30).toBe(values[sum!]);
    }
    expect(hiddenValues(dataset({ kind: 'modularAddition', p: 7 }, table))).toBeUndefined();
  });

  it('writes sums digit by digit, and of sequences what settles the answer', () => {
    const sums = { kind: 'digitAddition', digits: 3 } as const;
    for (const text of exampleTexts(sums, dataset(sums, drawn), 20)) {
      const [, a, b, sum] = /^(\d{3}) \+ (\d{3}) → (\d{4})$/.exec(text)!;
      expect(Number(a) + Number(b)).toBe(Number(sum));
    }
    const trigrams = { kind: 'skipTrigram', length: 9, markers: 5, vocabulary: 17 } as const;
    for (const text of exampleTexts(trigrams, dataset(trigrams, drawn), 20))
      expect(text).toMatch(/^A(\d) … B → C\1$/);
    const repeats = {
      kind: 'repeatedSubsequence',
      length: 13,
      subsequence: 3,
      repeats: 3,
      vocabulary: 11,
    } as const;
    for (const text of exampleTexts(repeats, dataset(repeats, drawn), 20))
      expect(text).toMatch(/^(\d+) (\d+) … \1 → \2$/);
  });

  it('are three of those that are trained on, unless more are wanted', () => {
    const task = { kind: 'modularAddition', p: 7 } as const;
    const data = dataset(task, table);
    expect(exampleTexts(task, data)).toEqual(
      [...data.trainIndices.subarray(0, 3)].map((i) => exampleText(task, data, i)),
    );
  });
});
