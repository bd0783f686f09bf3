import * as E from 'fp-ts/lib/Either.js';
import type { CyclicStructure, GroupStructure } from '../data/structure.js';
import { elementOrders, finiteGroup, type FiniteGroup } from './finite-group.js';

/** What a table of two operands was found to be. */
export interface Recognised {
  readonly structure: CyclicStructure | GroupStructure;
  /** A phrase: `addition mod 12 under other names`. */
  readonly words: string;
}

/** The most elements that are named one by one. */
const NAMED = 12;

/**
 * What a table `[n, n]` of answers is, by itself, whatever its tokens are called: addition or subtraction mod n under an
 * order of the tokens, which is found, or the product of another group; undefined for any other table.
 *
 * Subtraction is no group, but x − y is x·y⁻¹ in one: with e its right identity and y⁻¹ = e − y, x·y = x − (e − y).
 *
 * @param names `[n]` the tokens' words
 */
export function recognise(table: Int32Array, names: readonly string[]): Recognised | undefined {
  const group = finiteGroup(table);
  if (E.isRight(group)) return cyclicBy(group.right, 1, names) ?? otherGroup(group.right);
  const quotients = finiteGroup(productsOf(table, names.length) ?? []);
  return E.isRight(quotients) ? cyclicBy(quotients.right, -1, names) : undefined;
}

/** The products in the group of which a table has the quotients; undefined where it can be none. */
function productsOf(table: Int32Array, n: number): Int32Array | undefined {
  const e = table[0]!;
  for (let x = 0; x < n; x++) if (table[x * n + x] !== e || table[x * n + e] !== x) return undefined;
  const inverse = (y: number): number => table[e * n + y]!;
  return table.map((_, i) => table[i - (i % n) + inverse(i % n)]!);
}

/** The cyclic group under the names of a table, by the first token that generates it. */
function cyclicBy(group: FiniteGroup, secondSign: 1 | -1, names: readonly string[]): Recognised | undefined {
  const { order, table, identity } = group;
  const generator = elementOrders(group).indexOf(order);
  if (generator < 0) return undefined;
  const elementOf = new Int32Array(order + 1).fill(-1);
  const inOrder: number[] = [];
  for (let power = identity, k = 0; k < order; k++, power = table[power * order + generator]!) {
    elementOf[power] = k;
    inOrder.push(power);
  }
  const operation = secondSign === 1 ? 'addition' : 'subtraction';
  // A name is right where it is the element itself.
  const isPlain = names.every((name, token) => name === String(elementOf[token]));
  const shown = inOrder.slice(0, NAMED).map((token) => names[token]!);
  const words = `${operation} mod ${order}`;
  return {
    structure: {
      kind: 'cyclic',
      order,
      elementOf,
      secondSign,
      operation,
      ...(isPlain ? {} : { isHidden: true as const }),
    },
    words: isPlain
      ? words
      : `${words} under other names: in order ${shown.join(', ')}${order > NAMED ? ', …' : ''}`,
  };
}

function otherGroup({ order, table }: FiniteGroup): Recognised {
  const isCommutative = table.every(
    (product, i) => product === table[(i % order) * order + Math.floor(i / order)],
  );
  const which = isCommutative ? 'commutative but not cyclic' : 'not commutative';
  return {
    structure: { kind: 'group', order, table },
    words: `the product in a group of ${order} elements, ${which}`,
  };
}
