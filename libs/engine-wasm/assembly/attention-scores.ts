// Scores q_h·k_h, grouped by example: query row b·nQueries + q, key row b·nKeys + k; H heads of width dH side by side.
// The softmax of the scores, or the gradient of a softmax whose result's gradient is the scores, replaces them in place
// while they are in the cache; scores of keys that would get weight 0 are not computed.
import { TILE_KEYS, TILE_QUERIES } from '../src/opcodes';
import { fetch, keysSeen, keysSeen4, softmaxGradientHead, softmaxHead, softmaxRow } from './attention-softmax';
import { packLeft, packRight } from './pack';
import { dot, splat } from './simd';
import { take, takenEnd } from './take';
import { tile } from './tile';
import { address, real, word } from './words';

// The instruction's sizes and the operation that follows the scores. Each instance (thread) has its own globals.
let heads: i32 = 0;
let nQueries: i32 = 0;
let nKeys: i32 = 0;
let dHead: i32 = 0;
let scale: f32 = 0;
let scratch: usize = 0;
let scratchBytes: usize = 0;
let lastKey: usize = 0;
let softmax: usize = 0;
let factor: f32 = 0;
/** Bytes from one row to the next, of queries and keys, and of the result. */
let row: usize = 0;
let outRow: usize = 0;

/**
 * q [B·Tq, H·dH], k [B·Tk, H·dH] → s [B·Tq, H·Tk] = scale · q_h·k_h, and out = s, or softmax of s over keys 0..lastKey,
 * or with y a softmax f · y · (s − Σ_k s·y) for each row and head. `at`: the instruction's words (src/opcodes.ts);
 * `room`: this thread's scratch. Threads take examples in turn, or, with few queries or keys, query rows.
 */
export function attentionScores(at: usize, room: usize, threads: i32): void {
  const rows = word(at, 4);
  readSizes(at, room);
  const out = address(at, 1);
  if (nQueries < TILE_QUERIES || nKeys < TILE_KEYS || panelRoom() < 1) {
    const q = address(at, 2);
    const k = address(at, 3);
    for (let from = take(at, rows, 0, threads); from >= 0; from = take(at, rows, 0, threads))
      for (let r = from; r < takenEnd; ++r)
        scoreRow(out + <usize>r * outRow, q + <usize>r * row, k + <usize>(r / nQueries) * nKeys * row, r);
    return;
  }
  const examples = rows / nQueries;
  const bytes = <usize>nQueries * outRow;
  for (let first = take(at, examples, 0, threads, 1); first >= 0; first = take(at, examples, 0, threads, 1))
    for (let example = first; example < takenEnd; ++example) scoreExample(at, example, out + <usize>example * bytes);
}

/** `attentionScores` of one example whose sizes allow tiles; `y`: the address of its first row of the result. */
export function attentionScoresOf(at: usize, room: usize, example: i32, y: usize): void {
  readSizes(at, room);
  scoreExample(at, example, y);
}

function readSizes(at: usize, room: usize): void {
  heads = word(at, 5);
  nQueries = word(at, 6);
  nKeys = word(at, 7);
  dHead = word(at, 8);
  scale = real(at, 9);
  scratch = room;
  scratchBytes = address(at, 11);
  lastKey = address(at, 12);
  softmax = address(at, 13);
  factor = real(at, 14);
  row = (<usize>heads * dHead) << 2;
  outRow = (<usize>heads * nKeys) << 2;
}

function scoreExample(at: usize, example: i32, y: usize): void {
  const firstRow = example * nQueries;
  const start = <usize>firstRow * outRow;
  const q = address(at, 2) + <usize>firstRow * row;
  const k = address(at, 3) + <usize>example * nKeys * row;
  if (softmax) fetch(softmax + start, <usize>nQueries * outRow);
  for (let h = 0; h < heads; ++h) {
    const from = <usize>(h * dHead) << 2;
    const to = <usize>(h * nKeys) << 2;
    scoreHead(y + to, q + from, k + from, firstRow, start + to);
  }
}

/** dHead rounded up to a multiple of the tile's four. */
@inline
function depth(): i32 {
  return (dHead + 3) & ~3;
}

/** Panels of keys that fit in the scratch beside one panel of queries. */
@inline
function panelRoom(): i32 {
  const left = <usize>(depth() * TILE_QUERIES) << 2;
  return left > scratchBytes ? 0 : <i32>((scratchBytes - left) / (<usize>(depth() * TILE_KEYS) << 2));
}

/**
 * One head of one example, at least a panel of queries and of keys; `out`, `q`, `k`: its first row, head's columns;
 * `firstRow`: the row's number; `to`: the bytes from the start of a result of all examples to the row. Rows and keys
 * that do not fill a panel are computed together with some of their neighbours, which are computed twice to the same
 * bits.
 */
function scoreHead(out: usize, q: usize, k: usize, firstRow: i32, to: usize): void {
  // Copies in registers: with a call between two uses, a global would be read again.
  const keys = nKeys;
  const step = row;
  const outStep = outRow;
  const padded = depth();
  const right = scratch + (<usize>(padded * TILE_QUERIES) << 2);
  const panelBytes = <usize>(padded * TILE_KEYS) << 2;
  const block = panelRoom() * TILE_KEYS;
  const odd = nQueries % TILE_QUERIES;
  for (let key = 0; key < keys; key += block) {
    const end = min(keys, key + block);
    let panel = right;
    for (let j = key; j < end; j += TILE_KEYS, panel += panelBytes)
      packRight(k + <usize>min(j, keys - TILE_KEYS) * step, step, true, TILE_KEYS, dHead, padded, panel);
    if (scale != 1) for (let p = right; p < panel; p += 16) v128.store(p, f32x4.mul(v128.load(p), splat(scale)));
    let next = 0;
    // The second panel overlaps the first: its rows are complete if none is computed again.
    for (let r = 0; r < nQueries; r = next) {
      next = r == 0 && odd ? odd : r + TILE_QUERIES;
      const seen = keysNeeded(firstRow + r, to + <usize>r * outStep);
      const stop = min(seen, end);
      if (key < stop) {
        packLeft(q + <usize>r * step, step, true, TILE_QUERIES, dHead, padded, scratch);
        panel = right;
        for (let j = key; j < stop; j += TILE_KEYS, panel += panelBytes) {
          const c = out + <usize>r * outStep + (<usize>min(j, keys - TILE_KEYS) << 2);
          tile(scratch, panel, padded, c, outStep, false);
        }
      }
      if (end < keys) continue;
      for (let i = r; i < next; ++i) {
        const at = <usize>i * outStep;
        finish(out + at, firstRow + i, to + at, seen);
      }
    }
  }
}

/** Keys whose scores the panel of rows that starts with `r` needs; `to`: bytes to the head's first score. */
function keysNeeded(r: i32, to: usize): i32 {
  if (lastKey) {
    let last = 0;
    for (let i = r; i < r + TILE_QUERIES; ++i) last = max(last, load<i32>(lastKey + (<usize>i << 2)));
    return last + 1;
  }
  if (softmax) {
    return keysSeen4(softmax + to, outRow, nKeys, 0);
  }
  return nKeys;
}

/**
 * The operation that follows the scores, for one row and head, of which the scores of the first `seen` keys are
 * present.
 */
@inline
function finish(y: usize, r: i32, to: usize, seen: i32): void {
  if (lastKey) softmaxHead(y, y, load<i32>(lastKey + (<usize>r << 2)) + 1, nKeys);
  else if (softmax) softmaxGradientHead(y, y, softmax + to, keysSeen(softmax + to, seen), nKeys, factor);
}

/** One row, all its heads, as dot products; `y`, `q`, `k`: the row, its query, its example's first key. */
function scoreRow(y: usize, q: usize, k: usize, r: i32): void {
  // Copies in registers: with a store between two uses, a global would be read again.
  const width = dHead;
  const step = row;
  const factorOfScores = scale;
  const head = <usize>width << 2;
  const group = <usize>nKeys << 2;
  const last = lastKey ? load<i32>(lastKey + (<usize>r << 2)) + 1 : nKeys;
  let weights = softmax + <usize>r * outRow;
  let to = y;
  for (let h = 0; h < heads; ++h, to += group, weights += group, q += head, k += head) {
    const seen = softmax ? keysSeen(weights, nKeys) : last;
    let key = k;
    for (let j = 0; j < seen; ++j, key += step)
      store<f32>(to + (<usize>j << 2), factorOfScores * dot(q, key, width));
    if (softmax) softmaxGradientHead(to, to, weights, seen, nKeys, factor);
  }
  if (lastKey) softmaxRow(y, y, last, heads, nKeys);
}
