import { formatPercent } from '@grokscope/figures';

/** Mean attention to a, b and "=". */
export type Means = readonly [number, number, number];

/** Per head the mean over pairs of its attention to a, b and "=". */
export const attentionMeans = (patterns: readonly Float64Array[]): Means[] =>
  patterns.map((pattern) => {
    const sums: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < pattern.length; i += 1) sums[(i % 3) as 0 | 1 | 2] += pattern[i] ?? 0;
    const rows = Math.max(pattern.length / 3, 1);
    return [sums[0] / rows, sums[1] / rows, sums[2] / rows];
  });

/** One of the three weights, over all pairs. */
export const ofToken = (pattern: Float64Array, token: 0 | 1 | 2): Float64Array =>
  Float64Array.from({ length: pattern.length / 3 }, (_, row) => pattern[3 * row + token] ?? 0);

/** What the heads listen to on the whole, in words. */
export const attentionTitle = (means: readonly Means[]): string => {
  const all = [0, 1, 2].map(
    (token) => means.reduce((sum, mean) => sum + (mean[token] ?? 0), 0) / means.length,
  );
  const [a = 0, b = 0, equals = 0] = all;
  const numbers = a + b;
  if (numbers > 0.9) {
    const even = Math.abs(a - b) < 0.1;
    return `The heads listen to the two numbers${even ? ' alike' : ''}: ${formatPercent(numbers)} of their attention`;
  }
  return `The heads give the two numbers ${formatPercent(numbers)} of their attention, “=” ${formatPercent(equals)}`;
};
