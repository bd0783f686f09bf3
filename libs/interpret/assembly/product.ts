/*
 * C = A·B in float64, two values at a time. Written for this room alone: measures need float64, which the engines'
 * kernels do not have. No runtime, no static data; the caller lays out the memory.
 */

/**
 * A is (m, k) float64 row-major, m a multiple of 4; panels is (⌈n/4⌉, k, 4), B in panels of four columns, the last
 * filled up with zeros; C is (m, 4·⌈n/4⌉), written. Addresses in bytes.
 */
export function product(a: usize, panels: usize, c: usize, m: i32, k: i32, nPanels: i32): void {
  const aStep = (<usize>k) << 3;
  const cStep = (<usize>nPanels) << 5;
  const panelStep = (<usize>k) << 5;
  for (let i: i32 = 0; i < m; i += 4) {
    for (let q: i32 = 0; q < nPanels; q++)
      tile(a, aStep, panels + <usize>q * panelStep, k, c + ((<usize>q) << 5), cStep);
    a += aStep << 2;
    c += cStep << 2;
  }
}

/** Four rows of A by four columns of B, in eight accumulators. */
function tile(a: usize, aStep: usize, b: usize, k: i32, c: usize, cStep: usize): void {
  let c00 = f64x2.splat(0);
  let c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0);
  let c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0);
  let c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0);
  let c31 = f64x2.splat(0);
  const end = a + ((<usize>k) << 3);
  const a1 = aStep;
  const a2 = aStep << 1;
  const a3 = a1 + a2;
  while (a < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load64_splat(a);
    c00 = f64x2.add(c00, f64x2.mul(x, b0));
    c01 = f64x2.add(c01, f64x2.mul(x, b1));
    x = v128.load64_splat(a + a1);
    c10 = f64x2.add(c10, f64x2.mul(x, b0));
    c11 = f64x2.add(c11, f64x2.mul(x, b1));
    x = v128.load64_splat(a + a2);
    c20 = f64x2.add(c20, f64x2.mul(x, b0));
    c21 = f64x2.add(c21, f64x2.mul(x, b1));
    x = v128.load64_splat(a + a3);
    c30 = f64x2.add(c30, f64x2.mul(x, b0));
    c31 = f64x2.add(c31, f64x2.mul(x, b1));
    a += 8;
    b += 32;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + cStep, c10);
  v128.store(c + cStep, c11, 16);
  c += cStep << 1;
  v128.store(c, c20);
  v128.store(c, c21, 16);
  v128.store(c + cStep, c30);
  v128.store(c + cStep, c31, 16);
}
