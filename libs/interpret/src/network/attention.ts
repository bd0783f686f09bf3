import type { PairNetwork } from './pair-network.js';
import { componentNorms, normsByFrequency } from '../waves/transform.js';

/** Attention from the last position to a, b and "=": weights after softmax, averaged over all pairs. */
export type TokenAttention = readonly [a: number, b: number, equals: number];

/** Mean attention of each head from "=" to a, b and "=". Source: progress-measures-paper, notebooks. */
export const attentionToTokens = ({ heads }: Pick<PairNetwork, 'heads'>): TokenAttention[] =>
  heads.map(({ pattern }) => {
    const sums: [number, number, number] = [0, 0, 0];
    pattern.forEach((x, at) => (sums[at % 3] += x));
    const rows = pattern.length / 3;
    return [sums[0] / rows, sums[1] / rows, sums[2] / rows];
  });

/**
 * [⌊n/2⌋] for each head: how strongly each frequency is present in its scores before softmax, q_"=" · k ÷ √dHead with
 * positions, as a function of the first number. The network must have been prepared in group order.
 *
 * Source: progress-measures-paper, notebooks; arXiv:2301.05217, section 4.2.
 */
export const attentionSpectra = ({ heads, nFirst }: PairNetwork): Float64Array[] =>
  heads.map(({ scores: [first] }) => normsByFrequency(componentNorms(first, nFirst, 1)));
