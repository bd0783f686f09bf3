import type { DataSpec, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { namedGroup } from '../groups/named-groups.js';
import { createDataset, taskWords } from '../index.js';

const data: DataSpec = { trainFraction: 0.5, splitSeed: 0, split: 'native' };
const task: TaskSpec = { kind: 'groupComposition', table: 'g.csv', product: 'xy' };
const filesWith = (text: string) => new Map([['g.csv', new TextEncoder().encode(text)]]);
const made = (text: string) => createDataset(task, data, undefined, filesWith(text));
const refused = (text: string) => {
  const found = made(text);
  return E.isLeft(found) ? found.left : undefined;
};

const { order, names, table } = namedGroup('symmetric', 3);
const rows = (product: (i: number) => string = (i) => names[table[i]!]!): string[] =>
  Array.from(table, (_, i) => `${names[Math.floor(i / order)]},${names[i % order]},${product(i)}`);

describe('the table of a group in a file', () => {
  it('is read from rows x, y, x·y, with or without a header, in any order', () => {
    for (const text of [rows().join('\n'), ['x,y,xy', ...rows()].join('\n')]) {
      const found = made(text);
      if (E.isLeft(found)) throw new Error(found.left.message);
      expect(found.right.structure).toEqual({ kind: 'group', order, table });
      expect(found.right.vocabulary).toEqual([...names, '=']);
    }
    expect(E.isRight(made(rows().reverse().join('\n')))).toBe(true);
    const words = taskWords(task, undefined, filesWith(rows().join('\n')));
    expect(words.title).toBe('x·y in the group of g.csv');
    expect(words.recognised).toBe('the product in a group of 6 elements, not commutative');
  });

  it('is read from the square of products, of three elements too', () => {
    const found = made('0,1,2\n1,2,0\n2,0,1');
    expect(E.isRight(found) && found.right.structure).toMatchObject({ kind: 'group', order: 3 });
  });

  it.each([
    [
      'closure',
      rows((i) => (i === 4 ? 'other' : names[table[i]!]!)).join('\n'),
      /^line 5: .* = other, and other is no element/,
    ],
    ['a missing product', rows().slice(0, 35).join('\n'), /no table of products|has no product/],
    [
      'a product twice',
      [...rows().slice(0, 35), rows()[0]].join('\n'),
      /^line 36: .* stands in line 1 already/,
    ],
    ['associativity', '0,1,2\n1,0,2\n2,1,0', /is no group: it is not associative: \(\d·\d\)·\d = \d, but/],
    ['the identity', '0,0\n0,0', /is no group: it has no identity/],
    ['inverses', '0,1\n1,1', /is no group: it has no inverse of 1/],
    ['a square of words', 'a,b\nb,a', /line 1 has "a" in a square of 2 × 2 products/],
    ['other shapes', '0,1\n1,0\n0,0', /has 3 lines of 2 cells/],
  ])('is refused where it breaks %s', (_, text, message) => {
    expect(refused(text)).toMatchObject({ path: 'task.table', message: expect.stringMatching(message) });
  });

  it('says the broken law in the words of the file', () => {
    const text = ['p,p,p', 'p,q,q', 'q,p,q', 'q,q,q'].join('\n');
    expect(refused(text)?.message).toBe(
      'is no group: it has no inverse of q: no y with q·y = y·q = p, the identity',
    );
  });
});
