/** The Cayley table of a named group, with names of its elements. */
export interface NamedGroup {
  readonly order: number;
  /** `[order]` readable names of the elements. */
  readonly names: readonly string[];
  /** `[order, order]` int32, row-major: x·y at x·order + y. */
  readonly table: Int32Array;
}

/** The kinds of named groups: how each is written, its order, its smallest and largest n, and its elements. */
export const groupKinds = {
  /** Z_n: the numbers 0 … n−1 under addition mod n. */
  cyclic: { symbol: (n: number) => `Z_${n}`, order: (n: number) => n, min: 2, max: 500, make: cyclicGroup },
  /** D_n: the 2n symmetries of a polygon with n corners. */
  dihedral: {
    symbol: (n: number) => `D_${n}`,
    order: (n: number) => 2 * n,
    min: 2,
    max: 250,
    make: dihedralGroup,
  },
  /** S_n: the n! permutations of n things. */
  symmetric: { symbol: (n: number) => `S_${n}`, order: factorial, min: 2, max: 5, make: symmetricGroup },
  /** A_n: the n!/2 even permutations of n things. */
  alternating: {
    symbol: (n: number) => `A_${n}`,
    order: (n: number) => factorial(n) / 2,
    min: 3,
    max: 6,
    make: alternatingGroup,
  },
} as const;

/** A kind of named groups. */
export type GroupKind = keyof typeof groupKinds;

let last: { readonly symbol: string; readonly group: NamedGroup } | undefined;

/** The group of this kind and n; the last one is cached, since a run requests it several times. */
export function namedGroup(kind: GroupKind, n: number): NamedGroup {
  const symbol = groupKinds[kind].symbol(n);
  if (last?.symbol !== symbol) last = { symbol, group: groupKinds[kind].make(n) };
  return last.group;
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}

function cyclicGroup(n: number): NamedGroup {
  return {
    order: n,
    names: Array.from({ length: n }, (_, x) => String(x)),
    table: tableOf(n, (x, y) => (x + y) % n),
  };
}

/** Element i < n is the turn r^i by i corners, element n + i is s·r^i, a flip after it; r·s = s·r⁻¹. */
function dihedralGroup(n: number): NamedGroup {
  const mod = (i: number): number => (i + n) % n;
  return {
    order: 2 * n,
    names: Array.from({ length: 2 * n }, (_, x) => `${x < n ? 'r' : 's'}${x % n}`),
    // s^a r^i · s^b r^j = s^(a+b) r^(±i + j), minus where b = 1.
    table: tableOf(2 * n, (x, y) => {
      const [flips, i, j] = [x >= n !== y >= n, x % n, y % n];
      return (flips ? n : 0) + mod((y < n ? i : n - i) + j - n);
    }),
  };
}

function symmetricGroup(n: number): NamedGroup {
  return permutationGroup(permutationsOf(Array.from({ length: n }, (_, i) => i)));
}

function alternatingGroup(n: number): NamedGroup {
  return permutationGroup(permutationsOf(Array.from({ length: n }, (_, i) => i)).filter(isEven));
}

/** Permutations as their images, which must be closed under composition; f·g is f ∘ g, g first. */
function permutationGroup(permutations: readonly (readonly number[])[]): NamedGroup {
  const names = permutations.map((images) => images.map((image) => image + 1).join(''));
  const element = new Map(names.map((name, x) => [name, x]));
  const composed = (f: readonly number[], g: readonly number[]): string => g.map((i) => f[i]! + 1).join('');
  const order = permutations.length;
  return {
    order,
    names,
    table: tableOf(order, (f, g) => element.get(composed(permutations[f]!, permutations[g]!))!),
  };
}

const isEven = (images: readonly number[]): boolean => {
  let inversions = 0;
  for (let i = 0; i < images.length; i++)
    for (let j = 0; j < i; j++) if (images[j]! > images[i]!) inversions++;
  return inversions % 2 === 0;
};

function tableOf(order: number, product: (x: number, y: number) => number): Int32Array {
  return Int32Array.from({ length: order * order }, (_, i) => product(Math.floor(i / order), i % order));
}

/** All orders of `items`, lexicographically. */
export function permutationsOf(items: readonly number[]): readonly (readonly number[])[] {
  if (items.length <= 1) return [items];
  return items.flatMap((first) =>
    permutationsOf(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}
