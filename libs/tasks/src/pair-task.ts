import type { TaskShape } from './dataset.js';
import type { Table } from './table.js';
import type { TaskStructure } from './structure.js';

/** A task on pairs of n things: what there is to know before it is split. */
export interface PairTask {
  readonly kind: string;
  readonly teaches: string;
  /** Number of things, n. */
  readonly n: number;
  /** The modulus, where the task has one; it is n. */
  readonly p?: number;
  /** `[n]` readable names of the things; default: their numbers. */
  readonly names?: readonly string[];
  /** The smallest b: 1 where 0 has no answer, else 0. */
  readonly firstB: 0 | 1;
  /** The answer, an integer in [0, n). */
  readonly answer: (a: number, b: number) => number;
  readonly structure?: TaskStructure;
}

/** What a task on pairs is, whichever of its examples are looked at. */
export function pairShape({ kind, teaches, n, p, names }: PairTask): TaskShape {
  return {
    kind,
    teaches,
    ...(p === undefined ? {} : { p }),
    dVocab: n + 1,
    dVocabOut: n + 1,
    nCtx: 3,
    nScored: 1,
    positionsVary: false,
    vocabulary: [...(names ?? Array.from({ length: n }, (_, number) => String(number))), '='],
  };
}

/**
 * Every example of a task on pairs: tokens `[a, b, n]`, where n is "=", the answer wanted after it.
 *
 * Examples stand in (a outer, b inner) order: the pair (a, b) has index a·n + b, and where b starts at 1,
 * a·(n − 1) + (b − 1). Things and "=" share one vocabulary of n + 1, in and out.
 *
 * Source: progress-measures-paper, `transformers.py`, `gen_train_test`.
 */
export function pairExamples(task: PairTask): Table {
  const { n, firstB, answer, structure } = task;
  const nExamples = n * (n - firstB);
  const tokens = new Int32Array(nExamples * 3);
  const labels = new Int32Array(nExamples);
  let i = 0;
  for (let a = 0; a < n; a++) {
    for (let b = firstB; b < n; b++, i++) {
      tokens[3 * i] = a;
      tokens[3 * i + 1] = b;
      tokens[3 * i + 2] = n;
      labels[i] = answer(a, b);
    }
  }
  return {
    ...pairShape(task),
    nExamples,
    tokens,
    labels,
    scoredPositions: Int32Array.of(2),
    ...(structure === undefined ? {} : { structure }),
  };
}
