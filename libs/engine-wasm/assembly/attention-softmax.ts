// Softmax over the keys that a query sees, and its gradient. Rows of scores: [R, H·Tk], each head's Tk keys side by
// side. Keys after the last one seen have weight exactly 0, which lets the gradient and the mixings skip them.
import { exp1, exp4 } from './math';
import { madd, splat, sumLanes } from './simd';
import { take, takenEnd } from './take';
import { address, word } from './words';

/** With fewer keys than this, a row's heads go through exp together, so that most vectors are full. */
const FEW_KEYS: i32 = 8;

/** out [R, H·Tk] = softmax of s over keys 0..lastKey[r] of each head, 0 for later keys. Threads take rows in turn. */
export function attentionSoftmax(at: usize, threads: i32): void {
  const rows = word(at, 4);
  const heads = word(at, 5);
  const nKeys = word(at, 6);
  for (let first = take(at, rows, 0, threads); first >= 0; first = take(at, rows, 0, threads)) {
    for (let r = first; r < takenEnd; ++r) {
      const from = (<usize>r * heads * nKeys) << 2;
      const seen = load<i32>(address(at, 3) + (<usize>r << 2)) + 1;
      softmaxRow(address(at, 1) + from, address(at, 2) + from, seen, heads, nKeys);
    }
  }
}

/** One row, all its heads; y may be x. */
export function softmaxRow(y: usize, x: usize, seen: i32, heads: i32, nKeys: i32): void {
  if (nKeys < FEW_KEYS) return softmaxFewKeys(y, x, seen, heads, nKeys);
  const head = <usize>nKeys << 2;
  for (let h = 0; h < heads; ++h) softmaxHead(y + <usize>h * head, x + <usize>h * head, seen, nKeys);
}

/** One head of one row, at least 4 keys; y may be the same address as x. */
export function softmaxHead(y: usize, x: usize, seen: i32, nKeys: i32): void {
  const whole = <usize>(seen & ~3) << 2;
  // The keys after the last whole vector: some lanes of a vector that ends with them or, if there is no other, starts
  // with them.
  const tailKey = max(seen - 4, 0);
  const lanes = i32x4(0, 1, 2, 3);
  const isTail = v128.and(
    i32x4.ge_s(lanes, i32x4.splat((seen & ~3) - tailKey)),
    i32x4.lt_s(lanes, i32x4.splat(seen - tailKey)),
  );
  const tailAt = <usize>tailKey << 2;
  // Read now, since y may be x.
  let tail = v128.load(x + tailAt);
  let largest = v128.bitselect(tail, v128.load32_splat(x), isTail);
  let other = largest;
  let i: usize = 0;
  for (; i + 32 <= whole; i += 32) {
    largest = f32x4.pmax(largest, v128.load(x + i));
    other = f32x4.pmax(other, v128.load(x + i, 16));
  }
  if (i < whole) other = f32x4.pmax(other, v128.load(x + i));
  largest = f32x4.pmax(largest, other);
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 2, 3, 0, 1));
  largest = f32x4.pmax(largest, v128.shuffle<f32>(largest, largest, 1, 0, 3, 2));

  tail = v128.and(exp4(f32x4.sub(tail, largest)), isTail);
  let sum = tail;
  let j: usize = 0;
  for (; j + 32 <= whole; j += 32) {
    const e = exp4(f32x4.sub(v128.load(x + j), largest));
    v128.store(y + j, e);
    const f = exp4(f32x4.sub(v128.load(x + j, 16), largest));
    v128.store(y + j, f, 16);
    sum = f32x4.add(sum, f32x4.add(e, f));
  }
  if (j < whole) {
    const e = exp4(f32x4.sub(v128.load(x + j), largest));
    v128.store(y + j, e);
    sum = f32x4.add(sum, e);
  }
  const inverse = splat(<f32>1 / sumLanes(sum));
  for (let j: usize = 0; j < whole; j += 16) v128.store(y + j, f32x4.mul(v128.load(y + j), inverse));
  if (seen & 3)
    v128.store(y + tailAt, v128.bitselect(f32x4.mul(tail, inverse), v128.load(y + tailAt), isTail));
  clear(y, seen, nKeys);
}

/** One row, all its heads, any number of keys; y may be x. */
function softmaxFewKeys(y: usize, x: usize, seenKeys: i32, heads: i32, nKeys: i32): void {
  const columns = heads * nKeys;
  const bytes = <usize>columns << 2;
  const head = <usize>nKeys << 2;
  const seen = <usize>seenKeys << 2;
  for (let h: usize = 0; h < bytes; h += head) {
    let largest = load<f32>(x + h);
    for (let j: usize = 4; j < seen; j += 4) largest = max<f32>(largest, load<f32>(x + h + j));
    for (let j: usize = 0; j < seen; j += 4) store<f32>(y + h + j, load<f32>(x + h + j) - largest);
    for (let j = seen; j < head; j += 4) store<f32>(y + h + j, 0);
  }
  let i = 0;
  for (; i + 4 <= columns; i += 4) v128.store(y + (<usize>i << 2), exp4(v128.load(y + (<usize>i << 2))));
  for (; i < columns; ++i) store<f32>(y + (<usize>i << 2), exp1(load<f32>(y + (<usize>i << 2))));
  for (let h: usize = 0; h < bytes; h += head) {
    let sum: f32 = 0;
    for (let j: usize = 0; j < seen; j += 4) sum += load<f32>(y + h + j);
    const inverse: f32 = <f32>1 / sum;
    for (let j: usize = 0; j < seen; j += 4) store<f32>(y + h + j, load<f32>(y + h + j) * inverse);
    for (let j = seen; j < head; j += 4) store<f32>(y + h + j, 0);
  }
}

/** dy, y [groups, Tk] → out = y · (dy − Σ_k dy·y) for each group (row and head). Threads take groups in turn. */
export function attentionSoftmaxGradient(at: usize, threads: i32): void {
  const groups = word(at, 4);
  const nKeys = word(at, 5);
  for (let first = take(at, groups, 0, threads); first >= 0; first = take(at, groups, 0, threads)) {
    for (let g = first; g < takenEnd; ++g) {
      const from = (<usize>g * nKeys) << 2;
      const y = address(at, 3) + from;
      softmaxGradientHead(address(at, 1) + from, address(at, 2) + from, y, keysSeen(y, nKeys), nKeys, 1);
    }
  }
}

/** factor · y · (dy − Σ_k dy·y) over the first `seen` keys, past which y is zero, and 0 for later keys; out may be dy. */
export function softmaxGradientHead(out: usize, dy: usize, y: usize, seen: i32, nKeys: i32, factor: f32): void {
  const end = <usize>seen << 2;
  const whole = <usize>(seen & ~3) << 2;
  let sums = splat(0);
  let others = splat(0);
  let i: usize = 0;
  for (; i + 32 <= whole; i += 32) {
    sums = madd(v128.load(dy + i), v128.load(y + i), sums);
    others = madd(v128.load(dy + i, 16), v128.load(y + i, 16), others);
  }
  if (i < whole) sums = madd(v128.load(dy + i), v128.load(y + i), sums);
  let mean = sumLanes(f32x4.add(sums, others));
  for (let j = whole; j < end; j += 4) mean += load<f32>(dy + j) * load<f32>(y + j);
  for (let j: usize = 0; j < whole; j += 16) {
    const d = f32x4.mul(v128.load(y + j), f32x4.sub(v128.load(dy + j), splat(mean)));
    v128.store(out + j, f32x4.mul(splat(factor), d));
  }
  for (let j = whole; j < end; j += 4)
    store<f32>(out + j, factor * (load<f32>(y + j) * (load<f32>(dy + j) - mean)));
  clear(out, seen, nKeys);
}

/** Zeros for keys from..nKeys − 1. */
@inline
function clear(y: usize, from: i32, nKeys: i32): void {
  let j = y + (<usize>from << 2);
  const end = y + (<usize>nKeys << 2);
  for (; j + 16 <= end; j += 16) v128.store(j, splat(0));
  for (; j < end; j += 4) store<f32>(j, 0);
}

/** How many keys of a head's weights to read so that only zeros are skipped: nKeys or a multiple of 4. */
export function keysSeen(weights: usize, nKeys: i32): i32 {
  if (nKeys < FEW_KEYS || hasEdge(weights, nKeys)) return nKeys;
  let n = nKeys & ~3;
  while (n > 0 && !nonZero(v128.load(weights + (<usize>(n - 4) << 2)))) n -= 4;
  return n;
}

/**
 * `keysSeen` for four rows `step` bytes apart: the largest of them, and at least `least` (nKeys or a multiple of 4).
 */
export function keysSeen4(weights: usize, step: usize, nKeys: i32, least: i32): i32 {
  if (nKeys < FEW_KEYS) return nKeys;
  const w1 = weights + step;
  const w2 = w1 + step;
  const w3 = w2 + step;
  if (hasEdge(weights, nKeys) || hasEdge(w1, nKeys) || hasEdge(w2, nKeys) || hasEdge(w3, nKeys)) return nKeys;
  let n = nKeys & ~3;
  for (; n > least; n -= 4) {
    const at = <usize>(n - 4) << 2;
    const first = v128.or(v128.load(weights + at), v128.load(w1 + at));
    if (nonZero(v128.or(first, v128.or(v128.load(w2 + at), v128.load(w3 + at))))) return n;
  }
  return max(n, least);
}

/** Whether a key after the last whole vector has a nonzero weight. */
@inline
function hasEdge(weights: usize, nKeys: i32): bool {
  for (let j = nKeys & ~3; j < nKeys; ++j) if (load<f32>(weights + (<usize>j << 2)) != 0) return true;
  return false;
}

/** Whether any bit except the signs is set. */
@inline
export function nonZero(x: v128): bool {
  return v128.any_true(i32x4.shl(x, 1));
}

/** Loads bytes that will be read in strides into the cache: reading them forward is several times as fast. */
export function fetch(x: usize, bytes: usize): void {
  let any = splat(0);
  for (let at = x; at < x + bytes; at += 64) any = v128.or(any, v128.load(at));
  // Stored where it is never read, so that the compiler keeps the loop.
  unused = v128.any_true(any);
}

let unused: bool = false;
