// Packs the operands of a product into panels of 4 rows (left) or 8 columns (right), which the tile reads forward. A
// panel of width W over k inner positions is k groups of W floats: panel[i·W + w] = operand's line w at position i.
// Lines past the operand's edge and inner positions past `k`, up to `padded`, are zero.

/**
 * Any width, line by line: `source[w·lineStep + i·innerStep]`. For edges, where the fast versions would read too far.
 */
function packEdge(
  source: usize,
  lineStep: usize,
  innerStep: usize,
  lines: i32,
  width: i32,
  from: i32,
  k: i32,
  padded: i32,
  panel: usize,
): void {
  for (let i = from; i < padded; ++i) {
    for (let w = 0; w < width; ++w) {
      let x: f32 = 0;
      if (i < k && w < lines) x = load<f32>(source + <usize>w * lineStep + <usize>i * innerStep);
      store<f32>(panel + (<usize>(i * width + w) << 2), x);
    }
  }
}

@inline
function low2(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 4, 1, 5);
}

@inline
function high2(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 2, 6, 3, 7);
}

/** Four lines that are contiguous along the inner dimension. */
function interleave4(source: usize, step: usize, k: i32, padded: i32, panel: usize): void {
  let p = panel;
  let s = source;
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    const r0 = v128.load(s);
    const r1 = v128.load(s + step);
    const r2 = v128.load(s + 2 * step);
    const r3 = v128.load(s + 3 * step);
    const a = low2(r0, r1);
    const b = low2(r2, r3);
    const c = high2(r0, r1);
    const d = high2(r2, r3);
    v128.store(p, v128.shuffle<f64>(a, b, 0, 2));
    v128.store(p, v128.shuffle<f64>(a, b, 1, 3), 16);
    v128.store(p, v128.shuffle<f64>(c, d, 0, 2), 32);
    v128.store(p, v128.shuffle<f64>(c, d, 1, 3), 48);
    s += 16;
    p += 64;
  }
  packEdge(source, step, 4, 4, 4, i, k, padded, panel);
}

/** Eight lines that are contiguous along the inner dimension. */
function interleave8(source: usize, step: usize, k: i32, padded: i32, panel: usize): void {
  let p = panel;
  let s = source;
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    for (let half = 0; half < 2; ++half) {
      const q = s + <usize>half * 4 * step;
      const r0 = v128.load(q);
      const r1 = v128.load(q + step);
      const r2 = v128.load(q + 2 * step);
      const r3 = v128.load(q + 3 * step);
      const a = low2(r0, r1);
      const b = low2(r2, r3);
      const c = high2(r0, r1);
      const d = high2(r2, r3);
      const to = p + <usize>half * 16;
      v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
      v128.store(to, v128.shuffle<f64>(a, b, 1, 3), 32);
      v128.store(to, v128.shuffle<f64>(c, d, 0, 2), 64);
      v128.store(to, v128.shuffle<f64>(c, d, 1, 3), 96);
    }
    s += 16;
    p += 128;
  }
  packEdge(source, step, 4, 8, 8, i, k, padded, panel);
}

/**
 * Panels of four lines that lie next to each other. Rows of the operand are read forward, four at a time: panels often
 * lie so far apart that their lines map to the same cache sets, so each is best written whole.
 */
function copy4(source: usize, step: usize, panels: i32, k: i32, padded: i32, panel: usize): void {
  const panelBytes = <usize>padded * 16;
  const end = source + <usize>panels * 16;
  let i = 0;
  for (; i + 4 <= k; i += 4) {
    const stop = end + <usize>i * step;
    let p = panel + <usize>i * 16;
    for (let s = source + <usize>i * step; s < stop; s += 16) {
      v128.store(p, v128.load(s));
      v128.store(p, v128.load(s + step), 16);
      v128.store(p, v128.load(s + 2 * step), 32);
      v128.store(p, v128.load(s + 3 * step), 48);
      p += panelBytes;
    }
  }
  for (let q = 0; q < panels; ++q)
    packEdge(source + <usize>q * 16, 4, step, 4, 4, i, k, padded, panel + <usize>q * panelBytes);
}

/** Panels of eight lines, likewise. */
function copy8(source: usize, step: usize, panels: i32, k: i32, padded: i32, panel: usize): void {
  const panelBytes = <usize>padded * 32;
  const end = source + <usize>panels * 32;
  let i = 0;
  for (; i + 2 <= k; i += 2) {
    const stop = end + <usize>i * step;
    let p = panel + <usize>i * 32;
    for (let s = source + <usize>i * step; s < stop; s += 32) {
      v128.store(p, v128.load(s));
      v128.store(p, v128.load(s, 16), 16);
      v128.store(p, v128.load(s + step), 32);
      v128.store(p, v128.load(s + step, 16), 48);
      p += panelBytes;
    }
  }
  for (let q = 0; q < panels; ++q)
    packEdge(source + <usize>q * 32, 4, step, 8, 8, i, k, padded, panel + <usize>q * panelBytes);
}

/**
 * The left operand's panels of `lines` rows, four in each panel. `contiguous`: a row's inner positions lie next to each
 * other and rows are `step` bytes apart; otherwise rows lie next to each other and inner positions are `step` apart.
 */
export function packLeft(
  source: usize,
  step: usize,
  contiguous: bool,
  lines: i32,
  k: i32,
  padded: i32,
  panels: usize,
): void {
  const whole = lines / 4;
  const rest = lines - 4 * whole;
  const panelBytes = <usize>padded * 16;
  const lineStep = contiguous ? step : 4;
  if (contiguous)
    for (let p = 0; p < whole; ++p)
      interleave4(source + <usize>(4 * p) * step, step, k, padded, panels + <usize>p * panelBytes);
  else copy4(source, step, whole, k, padded, panels);
  if (rest > 0) {
    const from = source + <usize>(4 * whole) * lineStep;
    packEdge(from, lineStep, contiguous ? 4 : step, rest, 4, 0, k, padded, panels + <usize>whole * panelBytes);
  }
}

/** The right operand's panels of `lines` columns, eight in each panel; otherwise like `packLeft`. */
export function packRight(
  source: usize,
  step: usize,
  contiguous: bool,
  lines: i32,
  k: i32,
  padded: i32,
  panels: usize,
): void {
  const whole = lines / 8;
  const rest = lines - 8 * whole;
  const panelBytes = <usize>padded * 32;
  const lineStep = contiguous ? step : 4;
  if (contiguous)
    for (let p = 0; p < whole; ++p)
      interleave8(source + <usize>(8 * p) * step, step, k, padded, panels + <usize>p * panelBytes);
  else copy8(source, step, whole, k, padded, panels);
  if (rest > 0) {
    const from = source + <usize>(8 * whole) * lineStep;
    packEdge(from, lineStep, contiguous ? 4 : step, rest, 8, 0, k, padded, panels + <usize>whole * panelBytes);
  }
}
