import { createRandom, shuffle } from '@grokscope/base';
import { finiteGroup, groupKinds, type FiniteGroup } from '@grokscope/tasks';
import { describe, expect, it } from 'vitest';
import type { Characters } from './character.js';
import { irreducibleCharacters } from './irreducible.js';

function groupOf(n: number, product: (x: number, y: number) => number): FiniteGroup {
  const table = Int32Array.from({ length: n * n }, (_, i) => product(Math.floor(i / n), i % n));
  const group = finiteGroup(table);
  if (group._tag === 'Left') throw new Error(group.left.message);
  return group.right;
}

const named = (kind: keyof typeof groupKinds, n: number): FiniteGroup => {
  const { order, table } = groupKinds[kind].make(n);
  return groupOf(order, (x, y) => table[x * order + y]!);
};

/** Matrices [a, b, c, d] over Z_p; the members must be closed under products. */
function matrices(p: number, isMember: (a: number, b: number, c: number, d: number) => boolean): FiniteGroup {
  const all = Array.from({ length: p ** 4 }, (_, i) =>
    [3, 2, 1, 0].map((place) => Math.floor(i / p ** place) % p),
  ).filter(([a, b, c, d]) => isMember(a!, b!, c!, d!));
  const index = new Map(all.map((m, i) => [m.join(), i]));
  return groupOf(all.length, (x, y) => {
    const [[a, b, c, d], [e, f, g, h]] = [all[x]!, all[y]!] as [number[], number[]];
    return index.get(
      [a! * e! + b! * g!, a! * f! + b! * h!, c! * e! + d! * g!, c! * f! + d! * h!].map((v) => v % p).join(),
    )!;
  });
}

/** The quaternions ±1, ±i, ±j, ±k: sign·4 + unit. */
const quaternions = (): FiniteGroup => {
  const unit = [
    [0, 1, 2, 3],
    [1, 4, 3, 6],
    [2, 7, 4, 1],
    [3, 2, 5, 4],
  ];
  return groupOf(8, (x, y) => {
    const product = unit[x % 4]![y % 4]!;
    return (product + 4 * ((x >= 4 ? 1 : 0) + (y >= 4 ? 1 : 0))) % 8;
  });
};

const shapes = ({ list }: Characters): string[] =>
  list.map(({ name, dimension, rank }) => `${name}:${dimension}/${rank}`);

/** The character of this name, as values at elements. */
function valuesOf({ list, classes }: Characters, name: string): number[] {
  const { ratios, dimension } = list.find((character) => character.name === name)!;
  return Array.from(classes.classOf, (c) => dimension * ratios[c]!);
}

const groups: [string, () => FiniteGroup, string][] = [
  ['the group of one element', () => groupOf(1, () => 0), 'trivial:1/1'],
  ['Z_5', () => named('cyclic', 5), 'trivial:1/1 1:2/2 2:2/2'],
  ['Z_6', () => named('cyclic', 6), 'trivial:1/1 1:2/2 2:2/2 3:1/1'],
  ['D_2', () => named('dihedral', 2), 'trivial:1/1 1a:1/1 1b:1/1 1c:1/1'],
  ['D_4', () => named('dihedral', 4), 'trivial:1/1 1a:1/1 1b:1/1 1c:1/1 2a:2/4'],
  ['D_7', () => named('dihedral', 7), 'trivial:1/1 sign:1/1 2a:2/4 2b:2/4 2c:2/4'],
  ['Q_8', quaternions, 'trivial:1/1 1a:1/1 1b:1/1 1c:1/1 2a:2/4'],
  ['S_3', () => named('symmetric', 3), 'trivial:1/1 sign:1/1 2a:2/4'],
  ['S_4', () => named('symmetric', 4), 'trivial:1/1 sign:1/1 2a:2/4 3a:3/9 3b:3/9'],
  ['S_5', () => named('symmetric', 5), 'trivial:1/1 sign:1/1 4a:4/16 4b:4/16 5a:5/25 5b:5/25 6a:6/36'],
  ['A_4', () => named('alternating', 4), 'trivial:1/1 2a:2/2 3a:3/9'],
  ['A_5', () => named('alternating', 5), 'trivial:1/1 3a:3/9 3b:3/9 4a:4/16 5a:5/25'],
  // Characters of dimension 2 that are not real: 2 + 2 of them, and one that is.
  [
    'SL(2, 3)',
    () => matrices(3, (a, b, c, d) => (a * d - b * c + 9) % 3 === 1),
    'trivial:1/1 2a:2/2 2b:2/4 3a:3/9 4a:4/8',
  ],
  // x ↦ ax + b mod 7, a a square: two of dimension 3, conjugate to each other.
  [
    'the 21 maps x ↦ ax + b mod 7, a = 1, 2, 4',
    () => matrices(7, (a, _b, c, d) => [1, 2, 4].includes(a) && c === 0 && d === 1),
    'trivial:1/1 2a:2/2 6a:6/18',
  ],
];

describe('the real irreducible characters of a group, from its table alone', () => {
  it.each(groups)('%s', (_name, group, wanted) => {
    expect(shapes(irreducibleCharacters(group()))).toEqual(wanted.split(' '));
  });

  it.each([
    ...groups,
    ['Z_113', () => named('cyclic', 113), ''],
    ['D_60', () => named('dihedral', 60), ''],
  ] as [string, () => FiniteGroup, string][])(
    'are orthogonal and make up all functions on the group: %s',
    (_name, make) => {
      const group = make();
      const characters = irreducibleCharacters(group);
      const { list, classes } = characters;
      const n = group.order;
      expect(list.reduce((sum, { rank }) => sum + rank, 0)).toBe(n);
      for (const a of list)
        for (const b of list) {
          let sum = 0;
          for (const c of classes.classOf) sum += a.ratios[c]! * b.ratios[c]!;
          expect(Math.abs((sum * a.rank) / n - (a === b ? 1 : 0))).toBeLessThan(1e-9);
        }
    },
  );

  it('of permutations are signs, and fixed points less one', () => {
    const { names } = groupKinds.symmetric.make(5);
    const characters = irreducibleCharacters(named('symmetric', 5));
    const fixed = names.map((images) => [...images].filter((image, i) => Number(image) === i + 1).length);
    const sign = names.map((images) => {
      let inversions = 0;
      [...images].forEach((b, j) => [...images].slice(0, j).forEach((a) => (inversions += a > b ? 1 : 0)));
      return inversions % 2 === 0 ? 1 : -1;
    });
    valuesOf(characters, 'sign').forEach((value, x) => expect(value).toBeCloseTo(sign[x]!, 10));
    const standard = valuesOf(characters, '4a').map((value, x) => value - (fixed[x]! - 1));
    const twisted = valuesOf(characters, '4b').map((value, x) => value - sign[x]! * (fixed[x]! - 1));
    const other = valuesOf(characters, '4a').map((value, x) => value - sign[x]! * (fixed[x]! - 1));
    const farthest = (values: number[]): number => Math.max(...values.map(Math.abs));
    // Which of the two comes first is settled by values alone; each is one of these.
    expect(Math.min(farthest(standard), farthest(other))).toBeLessThan(1e-9);
    expect(farthest(standard) < 1e-9 ? farthest(twisted) : 0).toBeLessThan(1e-9);
  });

  it('of A_5 take the golden ratio on turns by a fifth', () => {
    const characters = irreducibleCharacters(named('alternating', 5));
    const values = new Set(valuesOf(characters, '3a').map((value) => value.toFixed(9)));
    const golden = (1 + Math.sqrt(5)) / 2;
    expect([...values].sort()).toEqual([3, 0, -1, golden, 1 - golden].map((v) => v.toFixed(9)).sort());
  });

  it('of a cyclic group are its frequencies, by a generator', () => {
    const n = 113;
    const characters = irreducibleCharacters(named('cyclic', n));
    expect(characters.list.map(({ name }) => name)).toEqual([
      'trivial',
      ...Array.from({ length: 56 }, (_, k) => String(k + 1)),
    ]);
    valuesOf(characters, '14').forEach((value, x) =>
      expect(value).toBeCloseTo(2 * Math.cos((2 * Math.PI * 14 * x) / n), 9),
    );
    // With 3 as the generator an element x is its (x/3)-th power, and 14·x = 42·(x/3).
    const byThree = irreducibleCharacters(named('cyclic', n), 3);
    valuesOf(byThree, '42').forEach((value, x) =>
      expect(value).toBeCloseTo(2 * Math.cos((2 * Math.PI * 14 * x) / n), 9),
    );
  });

  it('do not depend on the order of the elements', () => {
    const { table, order } = groupKinds.alternating.make(5);
    const place = shuffle(
      Int32Array.from({ length: order }, (_, i) => i),
      createRandom(7),
    );
    const group = groupOf(order, (x, y) => place.indexOf(table[place[x]! * order + place[y]!]!));
    const characters = irreducibleCharacters(group);
    expect(shapes(characters)).toEqual(shapes(irreducibleCharacters(named('alternating', 5))));
    expect(group.identity).toBe(place.indexOf(0));
    valuesOf(characters, '3a').forEach((value, x) => {
      if (x === group.identity) expect(value).toBeCloseTo(3, 10);
    });
  });

  it('are told apart where there are very many of them', () => {
    const { list } = irreducibleCharacters(named('cyclic', 401));
    expect(list).toHaveLength(201);
    expect(list[200]!.name).toBe('200');
  });
});
