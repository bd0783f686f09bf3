// Scores [Uq, H·Uk] of every pair of table rows, read or summed by the table rows of queries and keys: q [B·Tq], k
// [B·Tk].
import { address, word } from './words';

/** out [B·Tq, H·Tk] = scores[q[r], h, k[key]]; query rows start..stop. */
export function gatherScores(
  out: usize,
  scores: usize,
  q: usize,
  k: usize,
  heads: i32,
  nQueries: i32,
  nKeys: i32,
  keyRows: i32,
  start: i32,
  stop: i32,
): void {
  let y = out + ((<usize>start * heads * nKeys) << 2);
  for (let r = start; r < stop; ++r) {
    const keys = k + (<usize>((r / nQueries) * nKeys) << 2);
    let row = scores + ((<usize>load<i32>(q + (<usize>r << 2)) * heads * keyRows) << 2);
    for (let h = 0; h < heads; ++h) {
      for (let j = 0; j < nKeys; ++j, y += 4)
        store<f32>(y, load<f32>(row + (<usize>load<i32>(keys + (<usize>j << 2)) << 2)));
      row += <usize>keyRows << 2;
    }
  }
}

/**
 * out [Uq, H·Uk]: sums of d [B·Tq, H·Tk] over the queries and keys with those rows, in float64 scratch of out's size,
 * since there may be thousands of terms; heads start..stop. `at`: the instruction, for the sizes.
 */
export function scatterScores(out: usize, d: usize, q: usize, at: usize, start: i32, stop: i32): void {
  const k = address(at, 4);
  const queryRows = word(at, 5);
  const heads = word(at, 6);
  const nQueries = word(at, 7);
  const nKeys = word(at, 8);
  const keyRows = word(at, 9);
  const resultRows = word(at, 10);
  const sums = address(at, 11);
  const width = (stop - start) * keyRows;
  for (let u = 0; u < resultRows; ++u)
    memory.fill(sums + (<usize>((u * heads + start) * keyRows) << 3), 0, <usize>width << 3);
  for (let r = 0; r < queryRows; ++r) {
    const keys = k + (<usize>((r / nQueries) * nKeys) << 2);
    const row = load<i32>(q + (<usize>r << 2)) * heads;
    for (let h = start; h < stop; ++h) {
      const to = sums + (<usize>((row + h) * keyRows) << 3);
      const x = d + (<usize>((r * heads + h) * nKeys) << 2);
      for (let j = 0; j < nKeys; ++j) {
        const at = to + (<usize>load<i32>(keys + (<usize>j << 2)) << 3);
        store<f64>(at, load<f64>(at) + <f64>load<f32>(x + (<usize>j << 2)));
      }
    }
  }
  for (let u = 0; u < resultRows; ++u) {
    const first = (u * heads + start) * keyRows;
    for (let i = first; i < first + width; ++i)
      store<f32>(out + (<usize>i << 2), <f32>load<f64>(sums + (<usize>i << 3)));
  }
}
