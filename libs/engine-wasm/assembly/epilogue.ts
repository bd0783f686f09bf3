import { splat } from './simd';

/**
 * Operations that may follow a product while the row is still in the cache: y [n] ← y + addend + bias, then max(y, 0),
 * then 0 where mask ≤ 0 (the gradient of relu). Each is skipped if its argument is 0.
 */
export function epilogue(y: usize, addend: usize, bias: usize, relu: bool, mask: usize, n: i32): void {
  const zero = splat(0);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = <usize>i << 2;
    let x = v128.load(y + at);
    if (addend) x = f32x4.add(x, v128.load(addend + at));
    if (bias) x = f32x4.add(x, v128.load(bias + at));
    if (relu) x = f32x4.pmax(x, zero);
    if (mask) x = v128.and(x, f32x4.gt(v128.load(mask + at), zero));
    v128.store(y + at, x);
  }
  for (; i < n; ++i) {
    const at = <usize>i << 2;
    let x = load<f32>(y + at);
    if (addend) x += load<f32>(addend + at);
    if (bias) x += load<f32>(bias + at);
    if (relu) x = max<f32>(x, 0);
    if (mask) x = load<f32>(mask + at) > 0 ? x : 0;
    store<f32>(y + at, x);
  }
}
