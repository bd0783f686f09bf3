import type { Reals } from '../numerics/numbers.js';

/** How much a head attends where a head of a named kind would; each score is the mean attention weight, 0 … 1. */
export interface HeadScores {
  /** From each token to the one before it. */
  readonly previousToken: number;
  /** From a token seen before to its earlier occurrences. */
  readonly duplicateToken: number;
  /** From a token seen before to what followed its earlier occurrences: the induction step. */
  readonly induction: number;
}

/** A batch of sequences and the attention of one layer on it. */
export interface AttentionSample {
  readonly nHeads: number;
  readonly nCtx: number;
  /** [N, nCtx] int32. */
  readonly tokens: Int32Array;
  /** [N·nCtx, nHeads·nCtx] `hook_pattern`: for each query, head by head, the weight of each key. */
  readonly pattern: Reals;
  /** Rows over which `duplicateToken` and `induction` are averaged, if they have such a key; default: all. */
  readonly queries?: ArrayLike<number>;
}

/**
 * The scores of every head of a layer. Averages are over the queries that have such a key: all but the first for
 * `previousToken`, those whose token occurred before for the others. NaN if no query has one.
 *
 * Source: TransformerLens, Exploratory Analysis Demo (previous-token, duplicate-token and induction heads); there on
 * sequences of random tokens repeated once, here on the sequences given, whatever repeats in them.
 */
export function headScores({ nHeads, nCtx, tokens, pattern, queries }: AttentionSample): HeadScores[] {
  const sums = Array.from({ length: nHeads }, () => ({ previous: 0, duplicate: 0, induction: 0 }));
  const counts = { previous: 0, duplicate: 0, induction: 0 };
  const asks = new Uint8Array(tokens.length).fill(queries ? 0 : 1);
  for (let q = 0; q < (queries?.length ?? 0); q++) asks[queries![q]] = 1;
  for (let row = 0; row < tokens.length; row++) {
    const query = row % nCtx;
    const start = row - query;
    const earlier: number[] = [];
    for (let key = 0; key < query; key++)
      if (asks[row] && tokens[start + key] === tokens[row]) earlier.push(key);
    // The token that followed the previous one is the query itself: attending there predicts nothing.
    const after = earlier.map((key) => key + 1).filter((key) => key < query);
    if (query > 0) counts.previous += 1;
    if (earlier.length > 0) counts.duplicate += 1;
    if (after.length > 0) counts.induction += 1;
    for (let h = 0; h < nHeads; h++) {
      const at = (row * nHeads + h) * nCtx;
      if (query > 0) sums[h].previous += pattern[at + query - 1];
      for (const key of earlier) sums[h].duplicate += pattern[at + key];
      for (const key of after) sums[h].induction += pattern[at + key];
    }
  }
  return sums.map(({ previous, duplicate, induction }) => ({
    previousToken: previous / counts.previous,
    duplicateToken: duplicate / counts.duplicate,
    induction: induction / counts.induction,
  }));
}
