import type { FiniteGroup } from '@grokscope/tasks';
import { elementOrders } from '@grokscope/tasks';
import type { Unnamed } from './character.js';
import type { RealClasses } from './classes.js';

/**
 * Names for characters in their order. `trivial`; of a cyclic group the frequency k of cos(2πk·log g/n), where g is
 * that power of the generator; else `sign` for the one other real character of dimension 1, if there is one only; else
 * dimension and letter: `4a`, `4b`.
 */
export function namesOf(
  group: FiniteGroup,
  classes: RealClasses,
  characters: readonly Unnamed[],
  generator = elementOrders(group).indexOf(group.order),
): readonly string[] {
  if (generator >= 0) return frequencies(group.order, classes.classOf[generator], characters);
  const signs = characters.filter(({ isTrivial, rank }) => !isTrivial && rank === 1);
  const used = new Map<number, number>();
  return characters.map((character) => {
    const { dimension, isTrivial } = character;
    if (isTrivial) return 'trivial';
    if (signs.length === 1 && character === signs[0]) return 'sign';
    const before = used.get(dimension) ?? 0;
    used.set(dimension, before + 1);
    return `${dimension}${letters(before)}`;
  });
}

function frequencies(order: number, one: number, characters: readonly Unnamed[]): readonly string[] {
  return characters.map(({ ratios, isTrivial }) => {
    if (isTrivial) return 'trivial';
    const angle = Math.acos(Math.max(-1, Math.min(1, ratios[one])));
    return String(Math.round((angle * order) / (2 * Math.PI)));
  });
}

/** a … z, aa, ab …: like the columns of a spreadsheet. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
