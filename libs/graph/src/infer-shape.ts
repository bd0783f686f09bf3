import { ShapeMismatch } from './errors.js';
import type { AttentionSizes, DType, Op, OpAttributes } from './node.js';
import { sameShape, sizeOf, type Shape } from '@grokscope/base';

interface Operand {
  readonly shape: Shape;
  readonly dtype: DType;
}

type ShapeRules = {
  [O in Op]: (operands: readonly Operand[], attributes: OpAttributes[O]) => Shape | string;
};

const matrix = (t: Operand | undefined): boolean => t?.shape.length === 2 && t.dtype === 'f32';
const vector = (t: Operand | undefined, n: number, dtype: DType): boolean =>
  t?.shape.length === 1 && t.shape[0] === n && t.dtype === dtype;
const isHyper = ({ shape, dtype }: Operand): boolean =>
  shape.length === 1 && shape[0] >= 8 && dtype === 'f32';
const leaf = (): string => 'no operands (leaves have methods of their own)';

const sameAsFirst =
  (count: number, want: string) =>
  (t: readonly Operand[]): Shape | string =>
    t.length === count && t.every((x) => x.dtype === 'f32' && sameShape(x.shape, t[0].shape))
      ? t[0].shape
      : want;

const labelled = (t: readonly Operand[]): boolean => matrix(t[0]) && vector(t[1], t[0].shape[0], 'i32');

/** Rows of an operand as whole examples, or 0 if they are none. */
const examples = (t: Operand | undefined, rows: number): number =>
  t && matrix(t) && t.shape[0] % rows === 0 ? t.shape[0] / rows : 0;

/** Weights `[B·Tq, H·Tk]` and the other operand with `rows` rows an example and H heads: B, or 0 if they do not fit. */
function mixExamples(t: readonly Operand[], a: AttentionSizes, rows: number): number {
  const n = examples(t[0], a.nQueries);
  const fits = t.length === 2 && t[0].shape[1] === a.nHeads * a.nKeys && examples(t[1], rows) === n;
  return fits && t[1].shape[1] % a.nHeads === 0 ? n : 0;
}

/** Whether `rows` has Tq rows for each example and `index` Tk keys. */
function keyIndexFits(rows: Operand, index: Operand, a: AttentionSizes): boolean {
  const n = examples(rows, a.nQueries);
  return n > 0 && vector(index, n * a.nKeys, 'i32');
}

const rowToEach = (t: readonly Operand[]): Shape | string =>
  t.length === 2 && matrix(t[0]) && vector(t[1], t[0].shape[1], 'f32') ? t[0].shape : '[N, D] and [D]';

const losses = (t: readonly Operand[]): Shape | string =>
  t.length === 2 && labelled(t) ? [t[0].shape[0]] : '[N, V] and i32 [N]';

const lossGradients = (t: readonly Operand[]): Shape | string =>
  t.length === 3 && labelled(t) && vector(t[2], t[0].shape[0], 'f32')
    ? t[0].shape
    : '[N, V], i32 [N] and [N]';

const SHAPES: ShapeRules = {
  parameter: leaf,
  state: leaf,
  input: leaf,
  constant: leaf,
  add: sameAsFirst(2, 'two tensors of one shape'),
  scale: sameAsFirst(1, 'one tensor'),
  relu: sameAsFirst(1, 'one tensor'),
  reluGradient: sameAsFirst(2, 'two tensors of one shape'),
  multiply: sameAsFirst(2, 'two tensors of one shape'),
  divide: sameAsFirst(2, 'two tensors of one shape'),
  squareRoot: sameAsFirst(1, 'one tensor'),
  scaleBy: (t) =>
    t.length === 2 && t.every((x) => x.dtype === 'f32') && t[1].shape.length === 0
      ? t[0].shape
      : 'a tensor and a scalar []',
  gelu: sameAsFirst(1, 'one tensor'),
  geluGradient: sameAsFirst(2, 'two tensors of one shape'),
  normalizeRows: (t) => (t.length === 1 && matrix(t[0]) ? t[0].shape : '[N, D]'),
  normalizeRowsGradient: (t) =>
    t.length === 2 && t.every(matrix) && sameShape(t[0].shape, t[1].shape) ? t[0].shape : '[N, D] twice',
  multiplyRow: rowToEach,
  addRow: rowToEach,
  sumRows: (t) => (t.length === 1 && matrix(t[0]) ? [t[0].shape[1]] : '[N, D]'),
  gather: (t) =>
    t.length === 2 && matrix(t[0]) && t[1].dtype === 'i32' && t[1].shape.length === 1
      ? [t[1].shape[0], t[0].shape[1]]
      : '[V, D] and i32 [N]',
  rowsWithin: (t, { nSelected, nRows }) => {
    const n = t.length === 1 && t[0].shape.length === 1 ? t[0].shape[0] : 0;
    const whole = nSelected > 0 && nRows > 0 && n % nSelected === 0;
    return n > 0 && whole && t[0].dtype === 'i32' ? [n] : `i32 [B·${nSelected}]`;
  },
  scatterAdd: (t, { rows }) =>
    t.length === 2 && labelled(t) && rows > 0 ? [rows, t[0].shape[1]] : '[N, D] and i32 [N]',
  matmul: (t, { transposeA, transposeB }) => {
    const want = 'two matrices with equal inner sizes';
    if (t.length !== 2 || !matrix(t[0]) || !matrix(t[1])) return want;
    const [m, k] = transposeA ? [t[0].shape[1], t[0].shape[0]] : t[0].shape;
    const [l, n] = transposeB ? [t[1].shape[1], t[1].shape[0]] : t[1].shape;
    return k === l ? [m, n] : want;
  },
  attentionScores: (t, a) => {
    const n = examples(t[0], a.nQueries);
    const fits = t.length === 2 && n > 0 && examples(t[1], a.nKeys) === n && t[0].shape[1] === t[1].shape[1];
    return fits && t[0].shape[1] % a.nHeads === 0
      ? [t[0].shape[0], a.nHeads * a.nKeys]
      : '[B·Tq, H·dH] and [B·Tk, H·dH]';
  },
  attentionSoftmax: (t, { nHeads }) =>
    t.length === 2 && labelled(t) && t[0].shape[1] % nHeads === 0 ? t[0].shape : '[R, H·Tk] and i32 [R]',
  attentionSoftmaxGradient: sameAsFirst(2, 'two tensors of one shape'),
  attentionMix: (t, a) =>
    mixExamples(t, a, a.nKeys) > 0 ? [t[0].shape[0], t[1].shape[1]] : '[B·Tq, H·Tk] and [B·Tk, H·dH]',
  attentionMixTransposed: (t, a) => {
    const n = mixExamples(t, a, a.nQueries);
    return n > 0 ? [n * a.nKeys, t[1].shape[1]] : '[B·Tq, H·Tk] and [B·Tq, H·dH]';
  },
  reshape: (t, { shape }) =>
    t.length === 1 && sizeOf(t[0].shape) === sizeOf(shape) ? shape : `${sizeOf(shape)} values`,
  headMatmul: (t, { nHeads, transposeB }) => {
    const want = transposeB ? '[U, H·D] and [H·K, D]' : '[U, H·K] and [H·K, D]';
    if (t.length !== 2 || !matrix(t[0]) || !matrix(t[1]) || t[1].shape[0] % nHeads !== 0) return want;
    const [[u, width], [inner, d]] = [t[0].shape, t[1].shape];
    if (transposeB) return width === nHeads * d ? [u, inner] : want;
    return width === inner ? [u, nHeads * d] : want;
  },
  headMatmulWeights: (t, { nHeads }) => {
    const fits = t.length === 2 && matrix(t[0]) && matrix(t[1]) && t[0].shape[0] === t[1].shape[0];
    return fits && t[0].shape[1] % nHeads === 0 && t[1].shape[1] % nHeads === 0
      ? [t[0].shape[1], t[1].shape[1] / nHeads]
      : '[U, H·K] and [U, H·D]';
  },
  tableMix: (t, a) => {
    const fits =
      t.length === 3 && keyIndexFits(t[0], t[2], a) && matrix(t[1]) && t[0].shape[1] === a.nHeads * a.nKeys;
    return fits && t[1].shape[1] % a.nHeads === 0
      ? [t[0].shape[0], t[1].shape[1] / a.nHeads]
      : '[B·Tq, H·Tk], [U, H·D] and i32 [B·Tk]';
  },
  tableMixWeights: (t, a) =>
    t.length === 3 &&
    keyIndexFits(t[0], t[2], a) &&
    matrix(t[1]) &&
    t[1].shape[1] === a.nHeads * t[0].shape[1]
      ? [t[0].shape[0], a.nHeads * a.nKeys]
      : '[B·Tq, D], [U, H·D] and i32 [B·Tk]',
  tableMixTable: (t, a) => {
    const fits = t.length === 3 && keyIndexFits(t[0], t[2], a) && t[0].shape[1] === a.nHeads * a.nKeys;
    return fits && matrix(t[1]) && t[1].shape[0] === t[0].shape[0]
      ? [a.rows, a.nHeads * t[1].shape[1]]
      : '[B·Tq, H·Tk], [B·Tq, D] and i32 [B·Tk]';
  },
  gatherScores: (t, a) => {
    const n = t.length === 3 && t[1].shape.length === 1 ? t[1].shape[0] : 0;
    const fits =
      n > 0 &&
      n % a.nQueries === 0 &&
      vector(t[1], n, 'i32') &&
      vector(t[2], (n / a.nQueries) * a.nKeys, 'i32');
    return fits && matrix(t[0]) && t[0].shape[1] % a.nHeads === 0
      ? [n, a.nHeads * a.nKeys]
      : '[Uq, H·Uk], i32 [B·Tq] and i32 [B·Tk]';
  },
  scatterScores: (t, a) =>
    t.length === 3 && keyIndexFits(t[0], t[2], a) && labelled(t) && t[0].shape[1] === a.nHeads * a.nKeys
      ? [a.queryRows, a.nHeads * a.keyRows]
      : '[B·Tq, H·Tk], i32 [B·Tq] and i32 [B·Tk]',
  crossEntropy: losses,
  crossEntropyGradient: lossGradients,
  stableMax: losses,
  stableMaxGradient: lossGradients,
  isCorrect: losses,
  mean: (t) => (t.length === 1 && t[0].dtype === 'f32' ? [] : 'one tensor'),
  fill: (t, { shape }) => (t.length === 1 && t[0].shape.length === 0 ? shape : 'a scalar []'),
  sumSquares: (t) => (t.length === 1 && t[0].dtype === 'f32' ? [] : 'one tensor'),
  adamW: (t) =>
    t.length === 5 && t.slice(0, 4).every((x) => sameShape(x.shape, t[0].shape)) && isHyper(t[4])
      ? []
      : 'parameter, gradient, m and v of one shape, and hyper [8 or more]',
  assign: (t) =>
    t.length === 2 && t.every((x) => x.dtype === 'f32') && sameShape(t[0].shape, t[1].shape)
      ? []
      : 'a parameter or state and a value of its shape',
};

/** The result's shape, or a thrown `ShapeMismatch`. */
export function inferShape<O extends Op>(
  op: O,
  attributes: OpAttributes[O],
  operands: readonly Operand[],
): Shape {
  const shape = SHAPES[op](operands, attributes);
  if (typeof shape === 'string')
    throw new ShapeMismatch(
      op,
      operands.map((t) => t.shape),
      shape,
    );
  return shape;
}
