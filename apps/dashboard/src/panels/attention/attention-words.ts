import { formatPercent } from '@grokscope/figures';
import { areFinite, isBeyondNoise } from '../../look/significance.js';

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

/** Heads whose attention is this close to a third for each token show no preference. */
const EVEN = 0.03;

/** A summary of what the heads attend to. */
export const attentionTitle = (means: readonly Means[]): string => {
  const all = [0, 1, 2].map(
    (token) => means.reduce((sum, mean) => sum + (mean[token] ?? 0), 0) / means.length,
  );
  const [a = 0, b = 0, equals = 0] = all;
  if (!areFinite(all)) return 'What the heads attend to';
  if (means.flat().every((mean) => Math.abs(mean - 1 / 3) < EVEN))
    return 'The heads attend to all three tokens alike';
  const numbers = formatPercent(a + b);
  if (a + b <= 0.9)
    return `The heads give the two numbers ${numbers} of their attention, “=” ${formatPercent(equals)}`;
  const even = Math.abs(a - b) < 0.1 ? ' equally' : '';
  return `The heads attend to the two numbers${even}: ${numbers} of their attention`;
};

/** The frequency that a head's scores follow, if it exceeds what noise would show. */
export const tellingWave = (
  wave: { readonly k: number; readonly share: number } | undefined,
  n: number,
): { readonly k: number; readonly share: number } | null =>
  wave !== undefined && wave.share >= LEAST_SHARE && isBeyondNoise(wave.share, Math.floor(n / 2))
    ? wave
    : null;

const LEAST_SHARE = 0.25;
