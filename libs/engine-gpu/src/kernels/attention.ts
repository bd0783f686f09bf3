import type { AttentionSizes, OpAttributes } from '@grokscope/graph';
import { operands, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from '../stages/text.js';

// B examples, Tq = nQueries, Tk = nKeys, H = nHeads, dH = width of one head, R = B·Tq. Every kernel writes its result.

// q (B·Tq, H·dH), k (B·Tk, H·dH); out (B·Tq, H·Tk).
const SCORES = `function attentionScores(q, k, scale) {
  ${rowAndColumn('weightsWidth')}
  const head = Math.floor((col + 0.5) / this.constants.nKeys);
  const key = col - head * this.constants.nKeys;
  const example = Math.floor((row + 0.5) / this.constants.nQueries);
  const firstQ = row * this.constants.width + head * this.constants.dHead;
  const firstK = (example * this.constants.nKeys + key) * this.constants.width + head * this.constants.dHead;
  ${chunkedSum('c', 'part += q[firstQ + c] * k[firstK + c];')}
  return scale * total;
}`;

// a (B·Tq, H·Tk), v (B·Tk, H·dH); out (B·Tq, H·dH).
const MIX = `function attentionValues(a, v) {
  ${rowAndColumn('width')}
  const head = Math.floor((col + 0.5) / this.constants.dHead);
  const example = Math.floor((row + 0.5) / this.constants.nQueries);
  const firstA = row * this.constants.weightsWidth + head * this.constants.nKeys;
  const firstV = example * this.constants.nKeys * this.constants.width + col;
  ${chunkedSum('key', 'part += a[firstA + key] * v[firstV + key * this.constants.width];')}
  return total;
}`;

// a (B·Tq, H·Tk), x (B·Tq, H·dH); out (B·Tk, H·dH).
const MIX_TRANSPOSED = `function attentionValuesTransposed(a, x) {
  ${rowAndColumn('width')}
  const head = Math.floor((col + 0.5) / this.constants.dHead);
  const example = Math.floor((row + 0.5) / this.constants.nKeys);
  const key = row - example * this.constants.nKeys;
  const firstQuery = example * this.constants.nQueries;
  const weight = head * this.constants.nKeys + key;
  ${chunkedSum(
    'query',
    `part += a[(firstQuery + query) * this.constants.weightsWidth + weight] *
          x[(firstQuery + query) * this.constants.width + col];`,
  )}
  return total;
}`;

// s (R, H·Tk), lastKey (R) whole numbers; out (R, H·Tk): here row is one head's weights of one query, and col the key.
const SOFTMAX = `function attentionSoftmax(s, lastKey) {
  ${rowAndColumn('nKeys')}
  const last = lastKey[Math.floor((row + 0.5) / this.constants.nHeads)];
  if (col > last) {
    return 0.0;
  }
  const first = row * this.constants.nKeys;
  let top = s[first];
  for (let k = 0; k < this.constants.nKeys; k++) {
    if (k <= last && s[first + k] > top) {
      top = s[first + k];
    }
  }
  ${chunkedSum(
    'key',
    `if (key <= last) {
          part += expOfNegative(s[first + key] - top);
        }`,
  )}
  return expOfNegative(s[this.thread.x] - top) / total;
}`;

// dy, y (R, H·Tk); out (R, H·Tk): here row is one head's weights of one query.
const SOFTMAX_GRADIENT = `function attentionSoftmaxGradient(dy, y) {
  ${rowAndColumn('nKeys')}
  const first = row * this.constants.nKeys;
  ${chunkedSum('key', 'part += dy[first + key] * y[first + key];')}
  return y[first + col] * (dy[first + col] - total);
}`;

/** The sizes as kernel constants; `width` = H·dH is the columns of an operand with whole heads. */
const constantsOf = ({ nHeads, nQueries, nKeys }: AttentionSizes, width: number) => ({
  nQueries,
  nKeys,
  width,
  dHead: width / nHeads,
  weightsWidth: nHeads * nKeys,
});

export function attentionScores(
  { size, width }: OpShapes,
  attributes: AttentionSizes & { readonly scale: number },
): readonly Stage[] {
  const sizes = constantsOf(attributes, width(0));
  const constants = { ...sizes, ...chunksOf(sizes.dHead) };
  return [{ source: SCORES, size, constants, arrays: operands(2), scalars: [attributes.scale] }];
}

export const attentionValues = ({ size, width }: OpShapes, sizes: AttentionSizes): readonly Stage[] => [
  {
    source: MIX,
    size,
    constants: { ...constantsOf(sizes, width(1)), ...chunksOf(sizes.nKeys) },
    arrays: operands(2),
  },
];

export const attentionValuesTransposed = (
  { size, width }: OpShapes,
  sizes: AttentionSizes,
): readonly Stage[] => [
  {
    source: MIX_TRANSPOSED,
    size,
    constants: { ...constantsOf(sizes, width(1)), ...chunksOf(sizes.nQueries) },
    arrays: operands(2),
  },
];

export function attentionSoftmax(
  { size, width }: OpShapes,
  { nHeads }: OpAttributes['attentionSoftmax'],
): readonly Stage[] {
  const nKeys = width(0) / nHeads;
  return [{ source: SOFTMAX, size, constants: { nKeys, nHeads, ...chunksOf(nKeys) }, arrays: operands(2) }];
}

export function attentionSoftmaxGradient(
  { size, width }: OpShapes,
  { nHeads }: OpAttributes['attentionSoftmaxGradient'],
): readonly Stage[] {
  const nKeys = width(0) / nHeads;
  return [{ source: SOFTMAX_GRADIENT, size, constants: { nKeys, ...chunksOf(nKeys) }, arrays: operands(2) }];
}
