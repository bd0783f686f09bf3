/** What an analysis may know of a task beyond its tokens. None of it is shown to the network. */
export type TaskStructure =
  | CyclicStructure
  | GroupStructure
  | PermutationStructure
  | DigitStructure
  | RepeatStructure
  | SkipTrigramStructure
  | ParityStructure
  | TextStructure;

/**
 * A task on pairs that is addition in the cyclic group Z_order under new names: with e = `elementOf`,
 * e(answer) = e(a) + secondSign · e(b) mod order wherever both are members.
 *
 * Modular addition: the numbers themselves. Multiplication and division mod a prime p: exponents of the smallest
 * generator, order p − 1, the number 0 apart. Character addition: the hidden values.
 */
export interface CyclicStructure {
  readonly kind: 'cyclic';
  readonly order: number;
  /** `[dVocab]` int32: each token's group element in [0, order), or −1 for a token that is no member ("=", a 0 apart). */
  readonly elementOf: Int32Array;
  /** −1 for subtraction and division. */
  readonly secondSign: 1 | -1;
  /** Its name before `mod n`: `addition`, `division`; default: the task's kind. */
  readonly operation?: string;
  /**
   * Present if the network has to find out which token is which element, because the tokens' names do not reveal it.
   */
  readonly isHidden?: true;
}

/** A task on pairs that is the product in a group: its things are the elements, its answers the Cayley table. */
export interface GroupStructure {
  readonly kind: 'group';
  readonly order: number;
  /** `[order, order]` int32, row-major: the token of x·y at x·order + y; tokens 0 … order−1 are the elements. */
  readonly table: Int32Array;
}

/** Composition in S_n: the pair (f, g) has index f·n! + g, its answer is the token of f ∘ g, g first. */
export interface PermutationStructure {
  readonly kind: 'permutations';
  readonly n: number;
  /** `[n!, n]` int32, row-major: the image of each of 0 … n−1 under the permutation of that token. */
  readonly images: Int32Array;
}

/** Addition digit by digit, most significant first. */
export interface DigitStructure {
  readonly kind: 'digits';
  /** Digits of each number added; the sum has one more. */
  readonly digits: number;
}

/** One subsequence, repeated in every example. */
export interface RepeatStructure {
  readonly kind: 'repeats';
  /** Tokens of the repeated part. */
  readonly subsequence: number;
  readonly repeats: number;
  /** `[N, repeats]` int32, row-major: the position at which each repeat begins, in the order of the dataset. */
  readonly starts: Int32Array;
}

/** A marker somewhere, which settles what follows the trigger at the end. */
export interface SkipTrigramStructure {
  readonly kind: 'skipTrigram';
  /** Tokens 0 … markers−1 are the markers; the successor of marker i is token markers + i. */
  readonly markers: number;
  /** `[N]` int32: the position of each example's marker, in the order of the dataset. */
  readonly markerPositions: Int32Array;
}

/** The parity of some of the bits of every example. */
export interface ParityStructure {
  readonly kind: 'parity';
  /** int32, ascending: the positions of the bits that count. */
  readonly subset: Int32Array;
}

/** The next token of a text, wanted after every one. */
export interface TextStructure {
  readonly kind: 'text';
}
