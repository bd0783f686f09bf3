// Kernels on whole rows: sums over rows, and moves of rows by an index. Matrices are row-major float32.
import { splat } from './simd';

/** Rows summed in registers before they are added to the result: keeps float32 sums of thousands of rows accurate. */
const ROWS_AT_ONCE: i32 = 64;
/** Columns kept in registers: two cache lines. */
const COLUMNS_AT_ONCE: i32 = 32;

/**
 * out[column] += Σ of x[row(i), column] for i in from..end and columns of the share, where row(i) = rows[i], or i if
 * `rows` is 0. x has `columns` columns.
 */
function addRows(out: usize, x: usize, rows: usize, from: i32, end: i32, columns: i32, start: i32, stop: i32): void {
  const step = <usize>columns << 2;
  for (let first = from; first < end; first += ROWS_AT_ONCE) {
    const last = min(end, first + ROWS_AT_ONCE);
    let column = start;
    for (; column + COLUMNS_AT_ONCE <= stop; column += COLUMNS_AT_ONCE) {
      const y = out + (<usize>column << 2);
      let s0 = splat(0);
      let s1 = splat(0);
      let s2 = splat(0);
      let s3 = splat(0);
      let s4 = splat(0);
      let s5 = splat(0);
      let s6 = splat(0);
      let s7 = splat(0);
      for (let i = first; i < last; ++i) {
        const row = rows ? load<i32>(rows + (<usize>i << 2)) : i;
        const p = x + <usize>row * step + (<usize>column << 2);
        s0 = f32x4.add(s0, v128.load(p));
        s1 = f32x4.add(s1, v128.load(p, 16));
        s2 = f32x4.add(s2, v128.load(p, 32));
        s3 = f32x4.add(s3, v128.load(p, 48));
        s4 = f32x4.add(s4, v128.load(p, 64));
        s5 = f32x4.add(s5, v128.load(p, 80));
        s6 = f32x4.add(s6, v128.load(p, 96));
        s7 = f32x4.add(s7, v128.load(p, 112));
      }
      v128.store(y, f32x4.add(v128.load(y), s0));
      v128.store(y, f32x4.add(v128.load(y, 16), s1), 16);
      v128.store(y, f32x4.add(v128.load(y, 32), s2), 32);
      v128.store(y, f32x4.add(v128.load(y, 48), s3), 48);
      v128.store(y, f32x4.add(v128.load(y, 64), s4), 64);
      v128.store(y, f32x4.add(v128.load(y, 80), s5), 80);
      v128.store(y, f32x4.add(v128.load(y, 96), s6), 96);
      v128.store(y, f32x4.add(v128.load(y, 112), s7), 112);
    }
    for (; column + 8 <= stop; column += 8) {
      const y = out + (<usize>column << 2);
      let s0 = splat(0);
      let s1 = splat(0);
      for (let i = first; i < last; ++i) {
        const row = rows ? load<i32>(rows + (<usize>i << 2)) : i;
        const p = x + <usize>row * step + (<usize>column << 2);
        s0 = f32x4.add(s0, v128.load(p));
        s1 = f32x4.add(s1, v128.load(p, 16));
      }
      v128.store(y, f32x4.add(v128.load(y), s0));
      v128.store(y, f32x4.add(v128.load(y, 16), s1), 16);
    }
    for (; column < stop; ++column) {
      const y = out + (<usize>column << 2);
      let sum: f32 = 0;
      for (let i = first; i < last; ++i) {
        const row = rows ? load<i32>(rows + (<usize>i << 2)) : i;
        sum += load<f32>(x + <usize>row * step + (<usize>column << 2));
      }
      store<f32>(y, load<f32>(y) + sum);
    }
  }
}

/** x [rows,columns] → out [columns]; columns start..stop of the result. */
export function sumRows(out: usize, x: usize, rows: i32, columns: i32, start: i32, stop: i32): void {
  memory.fill(out + (<usize>start << 2), 0, <usize>(stop - start) << 2);
  addRows(out, x, 0, 0, rows, columns, start, stop);
}

/** out[i,:] = table[index[i],:] for rows i in start..stop; indices must be in range. */
export function gather(out: usize, table: usize, index: usize, columns: i32, start: i32, stop: i32): void {
  const step = <usize>columns << 2;
  for (let i = start; i < stop; ++i)
    memory.copy(out + <usize>i * step, table + <usize>load<i32>(index + (<usize>i << 2)) * step, step);
}

/** place i32 → out i32: out[i] = floor(i/selected)·rows + place[i]; entries start..stop. */
export function rowsWithin(out: usize, place: usize, selected: i32, rows: i32, start: i32, stop: i32): void {
  for (let i = start; i < stop; ++i) {
    const at = <usize>i << 2;
    store<i32>(out + at, (i / selected) * rows + load<i32>(place + at));
  }
}

/**
 * Sorts the positions 0..n of an index by value, in order within a value: `starts` [values + 1] and `positions` [n], so
 * that the positions of value v are positions[starts[v]] … positions[starts[v + 1] − 1].
 */
export function groupByValue(index: usize, n: i32, values: i32, starts: usize, positions: usize): void {
  memory.fill(starts, 0, <usize>(values + 1) << 2);
  for (let i = 0; i < n; ++i) {
    const at = starts + (<usize>load<i32>(index + (<usize>i << 2)) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let total = 0;
  for (let v = 0; v <= values; ++v) {
    const at = starts + (<usize>v << 2);
    total += load<i32>(at);
    store<i32>(at, total);
  }
  // Now starts[v] is the end of v; filling backwards makes it the start again.
  for (let i = n - 1; i >= 0; --i) {
    const at = starts + (<usize>load<i32>(index + (<usize>i << 2)) << 2);
    const position = load<i32>(at) - 1;
    store<i32>(at, position);
    store<i32>(positions + (<usize>position << 2), i);
  }
}

/** x [n,columns] → out [values,columns], rows grouped by `groupByValue`; columns start..stop of the result. */
export function scatterAdd(
  out: usize,
  x: usize,
  starts: usize,
  positions: usize,
  values: i32,
  columns: i32,
  start: i32,
  stop: i32,
): void {
  for (let v = 0; v < values; ++v) {
    const y = out + ((<usize>v * <usize>columns) << 2);
    const at = starts + (<usize>v << 2);
    memory.fill(y + (<usize>start << 2), 0, <usize>(stop - start) << 2);
    addRows(y, x, positions, load<i32>(at), load<i32>(at, 4), columns, start, stop);
  }
}
