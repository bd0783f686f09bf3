import type { Operand } from './op.js';
import { isMatrix, isVector } from './shapes.js';

/** Sizes that the attention ops share: rows of queries and keys are grouped by example. */
export interface AttentionSizes {
  readonly nHeads: number;
  /** Query rows of each example, consecutive: row `b*nQueries + q`. */
  readonly nQueries: number;
  /** Key rows of each example, consecutive: row `b*nKeys + k`. */
  readonly nKeys: number;
}

/* B examples, Tq = nQueries, Tk = nKeys, H = nHeads, dH = width of one head. */

/** The sizes alone: attributes are part of a node's identity, so they hold only the op's own keys, in one order. */
export const sizesOf = ({ nHeads, nQueries, nKeys }: AttentionSizes): AttentionSizes => ({
  nHeads,
  nQueries,
  nKeys,
});

/** The number of whole examples that an operand's rows form, or 0 if they do not. */
export const examplesIn = (t: Operand | undefined, rows: number): number =>
  t && isMatrix(t) && t.shape[0] % rows === 0 ? t.shape[0] / rows : 0;

/** Whether `rows` has Tq rows for each example and `index` Tk keys. */
export function keyIndexFits(rows: Operand, index: Operand, a: AttentionSizes): boolean {
  const n = examplesIn(rows, a.nQueries);
  return n > 0 && isVector(index, n * a.nKeys, 'i32');
}
