import { madd, splat } from './simd';

/**
 * The register tile: C[4×8] = left panel · right panel over `k` inner positions, at least one; 8 accumulators. left: k
 * groups of 4 floats; right: k groups of 8; C rows are `step` bytes apart. `add`: adds to C; otherwise C is
 * overwritten.
 *
 * One inner position in each iteration, and no more accumulators: V8 up to Node 22 schedules all loads of an iteration
 * before all arithmetic, so the accumulators and all vectors loaded in an iteration must together fit into 15
 * registers. A larger tile or an unrolled loop spills to the stack at half the speed. 8 accumulators keep two units
 * with a latency of 4 cycles busy.
 */
export function tile(left: usize, right: usize, k: i32, c: usize, step: usize, add: bool): void {
  let c00 = splat(0);
  let c01 = splat(0);
  let c10 = splat(0);
  let c11 = splat(0);
  let c20 = splat(0);
  let c21 = splat(0);
  let c30 = splat(0);
  let c31 = splat(0);
  const end = right + (<usize>k << 5);
  do {
    const b0 = v128.load(right);
    const b1 = v128.load(right, 16);
    const x0 = v128.load32_splat(left);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    const x1 = v128.load32_splat(left, 4);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load32_splat(left, 8);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    const x3 = v128.load32_splat(left, 12);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    left += 16;
    right += 32;
  } while (right < end);
  if (add) {
    let p = c;
    c00 = f32x4.add(v128.load(p), c00);
    c01 = f32x4.add(v128.load(p, 16), c01);
    p += step;
    c10 = f32x4.add(v128.load(p), c10);
    c11 = f32x4.add(v128.load(p, 16), c11);
    p += step;
    c20 = f32x4.add(v128.load(p), c20);
    c21 = f32x4.add(v128.load(p, 16), c21);
    p += step;
    c30 = f32x4.add(v128.load(p), c30);
    c31 = f32x4.add(v128.load(p, 16), c31);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  c += step;
  v128.store(c, c10);
  v128.store(c, c11, 16);
  c += step;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  c += step;
  v128.store(c, c30);
  v128.store(c, c31, 16);
}
