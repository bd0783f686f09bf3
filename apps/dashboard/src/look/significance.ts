import { standingOut } from '@grokscope/interpret';

/** Which claims numbers support: none if they are not finite, and none that noise alone would show as well. */

/** Whether every number is finite. */
export const areFinite = (values: ArrayLike<number>): boolean => {
  for (let i = 0; i < values.length; i += 1) if (!Number.isFinite(values[i])) return false;
  return true;
};

/** A claim that noise would support more often than this is not made. */
const CHANCE = 1e-3;

/**
 * Whether the largest of the shares of `count` frequencies exceeds noise: white noise reaches it with a probability of
 * at most count · (1 − share)^(count − 1).
 *
 * Source: Fisher, “Tests of significance in harmonic analysis”, 1929 (the first term, which bounds the sum).
 */
export const isBeyondNoise = (share: number, count: number): boolean =>
  Number.isFinite(share) && count > 1 && count * (1 - Math.min(share, 1)) ** (count - 1) < CHANCE;

/** Whether key frequencies of a group of order n are meaningful: a few stand out and the others do not. */
export const areTelling = (keys: readonly number[], n: number): boolean => standingOut(keys, n).length > 0;

/**
 * For a [rows, columns] matrix of noise, the share of all squares along its largest direction (Marchenko and Pastur).
 */
export const noiseShare = (rows: number, columns: number): number =>
  (Math.sqrt(rows) + Math.sqrt(columns)) ** 2 / Math.max(rows * columns, 1);
