import { FEWEST_ROWS, ROW_BLOCK, TAKEN } from '../src/opcodes';
import { word } from './words';

/** The end of the rows that `take` has assigned. */
export let takenEnd: i32 = 0;

/**
 * The first of some rows that no other thread works on, up to `takenEnd`; −1 if all `rows` are taken. Large pieces come
 * first, small ones at the end, so that all threads finish together even if some share their core with other work.
 * Which thread computes a row does not change its bits. `at`: the instruction; `round`: how often all its rows have
 * been taken before; `fewest`: the smallest piece worth taking.
 */
export function take(at: usize, rows: i32, round: i32, threads: i32, fewest: i32 = FEWEST_ROWS): i32 {
  const end = rows * (round + 1);
  const counter = at + (TAKEN << 2);
  if (ASC_FEATURE_THREADS) {
    for (;;) {
      const first = atomic.load<i32>(counter);
      if (first >= end) return -1;
      const size = pieceOf(end - first, threads, fewest);
      if (atomic.cmpxchg<i32>(counter, first, first + size) == first) return given(first - end + rows, size);
    }
  }
  const first = word(at, TAKEN);
  if (first >= end) return -1;
  const size = pieceOf(end - first, threads, fewest);
  store<i32>(counter, first + size);
  return given(first - end + rows, size);
}

function given(first: i32, size: i32): i32 {
  takenEnd = first + size;
  return first;
}

function pieceOf(left: i32, threads: i32, fewest: i32): i32 {
  const fair = left / (2 * threads);
  return min(left, max(fewest, min(ROW_BLOCK, fair - (fair % 4))));
}
