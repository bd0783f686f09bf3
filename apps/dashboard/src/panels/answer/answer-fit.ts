import { formatPercent } from '@grokscope/figures';
import type { AnswerLook, PairsLook } from '../../look/looks.js';
import { areFinite } from '../../look/significance.js';

/**
 * [outputs] the fitted Σ α_k cos(2πk(i + j − c)/n) at each answer, i, j and c the elements of the group that the
 * numbers stand for; it stays NaN for an answer outside the group. Null if the task has no group, or does not contain
 * the pair.
 */
export const fittedLogits = (
  { first, second, output, answer }: PairsLook,
  coefficients: Readonly<Record<string, number | null>>,
): Float64Array | null => {
  if (!output) return null;
  const n = output.length;
  const [i, j] = [first.indexOf(answer.a), second.indexOf(answer.b)];
  if (i < 0 || j < 0) return null;
  const fitted = new Float64Array(answer.logits.length).fill(Number.NaN);
  output.forEach((token, c) => {
    const place = (((i + j - c) % n) + n) % n;
    fitted[token] = Object.entries(coefficients).reduce(
      (sum, [k, alpha]) =>
        sum + (alpha ?? Number.NaN) * Math.cos((2 * Math.PI * ((Number(k) * place) % n)) / n),
      0,
    );
  });
  return fitted;
};

/** The question, and the network's answer to it. */
export const answerTitle = (
  question: string,
  { wanted, belief }: Pick<AnswerLook, 'wanted' | 'belief'>,
  best: number,
  word: (token: number) => string,
): string => {
  const asked = `Asked: ${question}`;
  const sure = belief[best] ?? 0;
  if (!areFinite(belief)) return `${asked}. It gives no answer: its logits are not finite numbers`;
  // If the probability is spread out, there is no meaningful answer.
  if (sure < 2 / belief.length)
    return `${asked}. It has no idea: no answer gets much more belief than another`;
  const verdict = wanted === null ? '' : best === wanted ? ', which is right' : ', which is wrong';
  return `${asked}. It answers ${word(best)}${verdict}, with ${formatPercent(sure)} of its belief`;
};
