import type { Values } from '../contract.js';

/*
 * Comparisons of whole arrays that give one result: a test that states an expectation for each of a million entries
 * takes seconds for it.
 */

/** The largest |got − want|; NaN if the lengths differ or a value is not a number. */
export function largestDifference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  if (got.length !== want.length) return NaN;
  let largest = 0;
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i] - want[i]);
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) return NaN;
  }
  return largest;
}

/** The names under which two records of values differ in any bit, or of which only one has values. */
export const differingNames = (
  got: Readonly<Record<string, Values>>,
  want: Readonly<Record<string, Values>>,
): readonly string[] =>
  [...new Set([...Object.keys(got), ...Object.keys(want)])].filter(
    (name) => !(name in got && name in want && isSameBits(got[name], want[name])),
  );

function isSameBits(got: Values, want: Values): boolean {
  if (got.byteLength !== want.byteLength) return false;
  const [a, b] = [got, want].map((x) => new Int32Array(x.buffer, x.byteOffset, x.byteLength / 4));
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
