import { SUM_CHUNK } from '../src/opcodes';
import { sumDoubles } from './simd';

/** Float64 sums of x, or of its squares, over chunks start..stop of SUM_CHUNK entries each; `n` is x's size. */
export function partialSums(partials: usize, x: usize, n: i32, squares: bool, start: i32, stop: i32): void {
  for (let chunk = start; chunk < stop; ++chunk) {
    const end = min(n, (chunk + 1) * SUM_CHUNK);
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let i = chunk * SUM_CHUNK;
    for (; i + 4 <= end; i += 4) {
      const v = v128.load(x + (<usize>i << 2));
      let low = f64x2.promote_low_f32x4(v);
      let high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 0, 1));
      if (squares) {
        low = f64x2.mul(low, low);
        high = f64x2.mul(high, high);
      }
      a = f64x2.add(a, low);
      b = f64x2.add(b, high);
    }
    let sum = sumDoubles(f64x2.add(a, b));
    for (; i < end; ++i) {
      const v = <f64>load<f32>(x + (<usize>i << 2));
      sum += squares ? v * v : v;
    }
    store<f64>(partials + (<usize>chunk << 3), sum);
  }
}

/** factor · the sum of all partial sums. */
export function total(partials: usize, chunks: i32, factor: f64): f32 {
  let sum: f64 = 0;
  for (let chunk = 0; chunk < chunks; ++chunk) sum += load<f64>(partials + (<usize>chunk << 3));
  return <f32>(sum * factor);
}
