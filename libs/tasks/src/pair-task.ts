import type { Dataset } from './dataset.js';

/** A task on pairs of numbers below p: what there is to know before it is split. */
export interface PairTask {
  readonly kind: string;
  readonly teaches: string;
  readonly p: number;
  /** The smallest b: 1 where 0 has no answer, else 0. */
  readonly firstB: 0 | 1;
  /** The answer, an integer in [0, p). */
  readonly answer: (a: number, b: number) => number;
}

/**
 * Every example of a task on pairs: tokens `[a, b, p]`, where p is "=", the answer wanted after it.
 *
 * Examples stand in (a outer, b inner) order: the pair (a, b) has index a·p + b, and where b starts at 1,
 * a·(p − 1) + (b − 1). Numbers and "=" share one vocabulary of p + 1, in and out.
 *
 * Source: progress-measures-paper, `transformers.py`, `gen_train_test`.
 */
export function pairExamples(task: PairTask): Omit<Dataset, 'trainIndices' | 'testIndices'> {
  const { kind, teaches, p, firstB, answer } = task;
  const nExamples = p * (p - firstB);
  const tokens = new Int32Array(nExamples * 3);
  const labels = new Int32Array(nExamples);
  let i = 0;
  for (let a = 0; a < p; a++) {
    for (let b = firstB; b < p; b++, i++) {
      tokens[3 * i] = a;
      tokens[3 * i + 1] = b;
      tokens[3 * i + 2] = p;
      labels[i] = answer(a, b);
    }
  }
  return {
    kind,
    teaches,
    p,
    dVocab: p + 1,
    dVocabOut: p + 1,
    nCtx: 3,
    vocabulary: [...Array.from({ length: p }, (_, n) => String(n)), '='],
    nExamples,
    tokens,
    labels,
    scoredPositions: Int32Array.of(2),
  };
}
