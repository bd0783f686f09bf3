import type { FiniteGroup } from '@grokscope/tasks';
import { elementOrders } from '@grokscope/tasks';

/**
 * The real conjugacy classes of a group: elements that are conjugate to each other or to each other's inverse. Every
 * real character is constant on each. Sorted by the order of their elements, their size, their first element; the first
 * contains only the identity.
 */
export interface RealClasses {
  readonly count: number;
  /** `[order]` int32: the class of each element. */
  readonly classOf: Int32Array;
  /** `[count]` the number of elements of each. */
  readonly size: Int32Array;
  /** `[count]` the smallest element of each. */
  readonly first: Int32Array;
}

/** Finds the real conjugacy classes. */
export function realClasses(group: FiniteGroup): RealClasses {
  const { order: n, table, inverse } = group;
  const seen = new Uint8Array(n);
  const found: number[][] = [];
  for (let x = 0; x < n; x++) {
    if (seen[x]) continue;
    const members = new Set<number>();
    for (let g = 0; g < n; g++) {
      const conjugate = table[table[g * n + x] * n + inverse[g]];
      members.add(conjugate).add(inverse[conjugate]);
    }
    for (const member of members) seen[member] = 1;
    found.push([...members].sort((a, b) => a - b));
  }
  const orders = elementOrders(group);
  found.sort((a, b) => orders[a[0]] - orders[b[0]] || a.length - b.length || a[0] - b[0]);
  const classOf = new Int32Array(n);
  found.forEach((members, index) => members.forEach((member) => (classOf[member] = index)));
  return {
    count: found.length,
    classOf,
    size: Int32Array.from(found, ({ length }) => length),
    first: Int32Array.from(found, ([first]) => first),
  };
}
