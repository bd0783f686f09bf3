import { areFinite } from '../../look/significance.js';

/** The number of largest singular values needed to hold a share of the sum of squares. */
export const directionsFor = (values: ArrayLike<number>, share: number): number => {
  let total = 0;
  for (let i = 0; i < values.length; i += 1) total += (values[i] ?? 0) ** 2;
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) {
    sum += (values[i] ?? 0) ** 2;
    if (sum >= share * total) return i + 1;
  }
  return values.length;
};

/** How few directions hold most of the embedding; empty for values that are not finite. */
export const singularTitle = (W_E: ArrayLike<number>): string => {
  if (!areFinite(W_E) || (W_E[0] ?? 0) === 0) return 'Singular values';
  return `${directionsFor(W_E, 0.9)} of ${W_E.length} directions hold 90\u00a0% of the embedding`;
};
