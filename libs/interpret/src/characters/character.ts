import type { FiniteGroup } from '@grokscope/tasks';
import type { RealClasses } from './classes.js';

/**
 * A real irreducible character χ of a finite group: an irreducible one with real values, or the sum of a complex one
 * and its conjugate.
 */
export interface Character {
  /** `trivial`, `sign`, `4a` (of dimension 4, the first of them); of a cyclic group the frequency, `14`. */
  readonly name: string;
  /** χ at the identity. */
  readonly dimension: number;
  /** Dimension of its space of functions on the group: d², and 2d² for a sum of two. */
  readonly rank: number;
  readonly isTrivial: boolean;
  /** `[classes]` χ(g) ÷ χ(identity), for g of each real class. */
  readonly ratios: Float64Array;
}

/** The real irreducible characters of a group: the trivial one first, then by dimension and values. */
export interface Characters {
  readonly group: FiniteGroup;
  readonly classes: RealClasses;
  readonly list: readonly Character[];
}

/** A character before it is named. */
export type Unnamed = Omit<Character, 'name'>;
