// Entry by entry over `n` floats from the given addresses; results are overwritten unless stated otherwise.
import { madd, splat } from './simd';

/** out = x + y */
export function add(out: usize, x: usize, y: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16, y += 16) v128.store(out, f32x4.add(v128.load(x), v128.load(y)));
  for (; out < end; out += 4, x += 4, y += 4) store<f32>(out, load<f32>(x) + load<f32>(y));
}

/** out = factor · x */
export function scale(out: usize, x: usize, factor: f32, n: i32): void {
  const f = splat(factor);
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16) v128.store(out, f32x4.mul(v128.load(x), f));
  for (; out < end; out += 4, x += 4) store<f32>(out, load<f32>(x) * factor);
}

/** out = x · y */
export function multiply(out: usize, x: usize, y: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16, y += 16) v128.store(out, f32x4.mul(v128.load(x), v128.load(y)));
  for (; out < end; out += 4, x += 4, y += 4) store<f32>(out, load<f32>(x) * load<f32>(y));
}

/** out = x / y */
export function divide(out: usize, x: usize, y: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16, y += 16) v128.store(out, f32x4.div(v128.load(x), v128.load(y)));
  for (; out < end; out += 4, x += 4, y += 4) store<f32>(out, load<f32>(x) / load<f32>(y));
}

/** out = √x */
export function squareRoot(out: usize, x: usize, n: i32): void {
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16) v128.store(out, f32x4.sqrt(v128.load(x)));
  for (; out < end; out += 4, x += 4) store<f32>(out, Mathf.sqrt(load<f32>(x)));
}

/** out = max(x, 0) */
export function relu(out: usize, x: usize, n: i32): void {
  const zero = splat(0);
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, x += 16) v128.store(out, f32x4.pmax(v128.load(x), zero));
  for (; out < end; out += 4, x += 4) store<f32>(out, max<f32>(load<f32>(x), 0));
}

/** out = dy where y > 0, else 0 */
export function reluGradient(out: usize, dy: usize, y: usize, n: i32): void {
  const zero = splat(0);
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16, dy += 16, y += 16)
    v128.store(out, v128.and(v128.load(dy), f32x4.gt(v128.load(y), zero)));
  for (; out < end; out += 4, dy += 4, y += 4) store<f32>(out, load<f32>(y) > 0 ? load<f32>(dy) : 0);
}

/** out = value */
export function fill(out: usize, value: f32, n: i32): void {
  const v = splat(value);
  const end = out + (<usize>n << 2);
  const vectors = out + (<usize>(n & ~3) << 2);
  for (; out < vectors; out += 16) v128.store(out, v);
  for (; out < end; out += 4) store<f32>(out, value);
}

/**
 * One AdamW step in place on w, m and v; g is the gradient.
 * hyper [8] = [lr·weightDecay, lr/(1−β1^t), β1, 1−β1, β2, 1−β2, 1/√(1−β2^t), eps].
 */
export function adamW(w: usize, g: usize, m: usize, v: usize, hyper: usize, n: i32): void {
  const decay = load<f32>(hyper);
  const rate = load<f32>(hyper, 4);
  const beta1 = load<f32>(hyper, 8);
  const rest1 = load<f32>(hyper, 12);
  const beta2 = load<f32>(hyper, 16);
  const rest2 = load<f32>(hyper, 20);
  const correction = load<f32>(hyper, 24);
  const eps = load<f32>(hyper, 28);
  const end = w + (<usize>n << 2);
  const vectors = w + (<usize>(n & ~3) << 2);
  for (; w < vectors; w += 16, g += 16, m += 16, v += 16) {
    const gradient = v128.load(g);
    const weight = v128.load(w);
    const first = madd(splat(beta1), v128.load(m), f32x4.mul(splat(rest1), gradient));
    const second = madd(splat(beta2), v128.load(v), f32x4.mul(splat(rest2), f32x4.mul(gradient, gradient)));
    const root = madd(f32x4.sqrt(second), splat(correction), splat(eps));
    const step = f32x4.add(f32x4.mul(splat(decay), weight), f32x4.div(f32x4.mul(splat(rate), first), root));
    v128.store(m, first);
    v128.store(v, second);
    v128.store(w, f32x4.sub(weight, step));
  }
  for (; w < end; w += 4, g += 4, m += 4, v += 4) {
    const gradient = load<f32>(g);
    const weight = load<f32>(w);
    const first = beta1 * load<f32>(m) + rest1 * gradient;
    const second = beta2 * load<f32>(v) + rest2 * (gradient * gradient);
    const root = Mathf.sqrt(second) * correction + eps;
    store<f32>(m, first);
    store<f32>(v, second);
    store<f32>(w, weight - (decay * weight + (rate * first) / root));
  }
}
