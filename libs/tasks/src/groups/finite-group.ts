import type { Tagged } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';

/** A finite group by its Cayley table; elements are the numbers 0 … order−1, in any order. */
export interface FiniteGroup {
  readonly order: number;
  /** `[order, order]` int32, row-major: the product x·y at x·order + y. */
  readonly table: Int32Array;
  readonly identity: number;
  /** `[order]` int32: the inverse of each element. */
  readonly inverse: Int32Array;
}

/** The laws of a group, in the order in which they are checked. */
export type GroupLaw = 'closure' | 'associativity' | 'identity' | 'inverses';

/** A table that is not a group: the first law it breaks, and where. */
export interface NotAGroup extends Tagged<'NotAGroup'> {
  readonly law: GroupLaw;
  /** The elements at which it breaks: x, y of a product; x, y, z of an associativity; x without an inverse. */
  readonly at: readonly number[];
  readonly message: string;
}

const broken = (law: GroupLaw, at: readonly number[], message: string): E.Either<NotAGroup, never> =>
  E.left({ _tag: 'NotAGroup', law, at, message });

/**
 * A group from its Cayley table, `[n, n]` row-major: the product x·y, an integer in [0, n), at x·n + y.
 *
 * Left names the first law that is broken: closure (every product is an element), associativity, the identity, inverses.
 * Takes O(n²) for each of the few elements that generate the group.
 *
 * @param names `[n]` what messages call the elements; default: their numbers
 */
export function finiteGroup(
  table: ArrayLike<number>,
  names?: readonly string[],
): E.Either<NotAGroup, FiniteGroup> {
  const name = (x: number): string => names?.[x] ?? String(x);
  const order = Math.round(Math.sqrt(table.length));
  if (order < 1 || order * order !== table.length)
    return broken('closure', [], `has ${table.length} products, which is not a square number above 0`);
  for (let i = 0; i < table.length; i++) {
    const product = table[i]!;
    if (Number.isInteger(product) && product >= 0 && product < order) continue;
    const [x, y] = [Math.floor(i / order), i % order];
    const message = `has the product ${name(x)}·${name(y)} = ${product}, which is no element: an integer from 0 to ${order - 1}`;
    return broken('closure', [x, y], message);
  }
  const products = Int32Array.from(table);
  return associative(products, order, name) ?? withIdentity(products, order, name);
}

/**
 * Left if some (x·a)·y differs from x·(a·y). The elements a for which equality holds are closed under products, so
 * those that generate all others suffice.
 *
 * Source: F. W. Light's test; Clifford and Preston, *The Algebraic Theory of Semigroups* I, section 1.2.
 */
function associative(
  table: Int32Array,
  n: number,
  name: (x: number) => string,
): E.Either<NotAGroup, never> | undefined {
  for (const a of generators(table, n))
    for (let x = 0; x < n; x++) {
      const xa = table[x * n + a]!;
      for (let y = 0; y < n; y++) {
        const left = table[xa * n + y]!;
        const right = table[x * n + table[a * n + y]!]!;
        if (left === right) continue;
        const [p, q, r] = [x, a, y].map(name);
        const message = `is not associative: (${p}·${q})·${r} = ${name(left)}, but ${p}·(${q}·${r}) = ${name(right)}`;
        return broken('associativity', [x, a, y], message);
      }
    }
  return undefined;
}

/** Elements of which every other is a product: each is the first that the previous ones do not generate. */
export function generators(table: Int32Array, n: number): readonly number[] {
  const found: number[] = [];
  const isReached = new Uint8Array(n);
  const reached: number[] = [];
  let next = 0;
  const reach = (element: number): void => {
    if (isReached[element]) return;
    isReached[element] = 1;
    reached.push(element);
  };
  for (let element = 0; element < n; element++) {
    if (isReached[element]) continue;
    found.push(element);
    reach(element);
    // Each element with all before it and itself, in both orders.
    for (; next < reached.length; next++)
      for (let i = 0; i <= next; i++) {
        reach(table[reached[next]! * n + reached[i]!]!);
        reach(table[reached[i]! * n + reached[next]!]!);
      }
  }
  return found;
}

function withIdentity(
  table: Int32Array,
  n: number,
  name: (x: number) => string,
): E.Either<NotAGroup, FiniteGroup> {
  const elements = Array.from({ length: n }, (_, x) => x);
  const identity = elements.find((e) =>
    elements.every((x) => table[e * n + x] === x && table[x * n + e] === x),
  );
  if (identity === undefined)
    return broken('identity', [], 'has no identity: no element e with e·x = x·e = x for every x');
  const inverse = new Int32Array(n);
  for (const x of elements) {
    const found = elements.find((y) => table[x * n + y] === identity && table[y * n + x] === identity);
    if (found === undefined) {
      const message = `has no inverse of ${name(x)}: no y with ${name(x)}·y = y·${name(x)} = ${name(identity)}, the identity`;
      return broken('inverses', [x], message);
    }
    inverse[x] = found;
  }
  return E.right({ order: n, table, identity, inverse });
}

/** `[n]` the order of each element: the smallest k ≥ 1 for which its k-th power is the identity. */
export function elementOrders({ order: n, table, identity }: FiniteGroup): Int32Array {
  return Int32Array.from({ length: n }, (_, x) => {
    let order = 1;
    for (let power = x; power !== identity; power = table[power * n + x]!) order++;
    return order;
  });
}
