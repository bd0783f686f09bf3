import type { Reals } from '../numerics/numbers.js';
import type { Characters } from './character.js';

/**
 * How much of an embedding of the elements lies in the space of each character: the share of its squared norm that the
 * projector P[x, y] = rank/n · χ(x·y⁻¹)/χ(1) keeps, from 0 to 1. They add up to 1.
 *
 * @param embedding [n, width] row-major: a row for each element. @returns a share for each character, in their order.
 * Source: Chughtai, Chan and Nanda, *A Toy Model of Universality*, arXiv:2302.03025, appendix.
 */
export function explainedByCharacters(
  { group: { order: n, table, inverse }, classes: { count, classOf }, list }: Characters,
  embedding: Reals,
): readonly number[] {
  const width = embedding.length / n;
  // Σ ⟨E_x, E_y⟩ by the class of x·y⁻¹, which suffices for ‖P·E‖² = ⟨E, P·E⟩.
  const byClass = new Float64Array(count);
  let squares = 0;
  for (let x = 0; x < n; x++)
    for (let y = 0; y < n; y++) {
      let product = 0;
      for (let i = 0; i < width; i++) product += embedding[x * width + i] * embedding[y * width + i];
      byClass[classOf[table[x * n + inverse[y]]]] += product;
      if (x === y) squares += product;
    }
  return list.map(({ rank, ratios }) => {
    const kept = (rank / n) * ratios.reduce((sum, ratio, c) => sum + ratio * byClass[c], 0);
    return squares > 0 ? kept / squares : 0;
  });
}

/** An unembedding [width, n], a column for each element, as rows: [n, width]. */
export function columnsAsRows(matrix: Reals, n: number): Float64Array {
  const width = matrix.length / n;
  return Float64Array.from({ length: matrix.length }, (_, i) => {
    const [x, w] = [Math.floor(i / width), i % width];
    return matrix[w * n + x];
  });
}
