import type { Tensor } from './graph.js';
import type { AttentionSizes, OpAttributes } from './node.js';
import { sameShape, type Shape } from '@grokscope/base';

// One function an op, so that models read as formulas. Meanings, shapes: OpAttributes in node.ts.

const NONE = {} as const;

export const add = (x: Tensor, y: Tensor): Tensor => x.graph.apply('add', [x, y], NONE);
export const scale = (x: Tensor, factor: number): Tensor => x.graph.apply('scale', [x], { factor });
export const relu = (x: Tensor): Tensor => x.graph.apply('relu', [x], NONE);
export const reluGradient = (dy: Tensor, y: Tensor): Tensor => dy.graph.apply('reluGradient', [dy, y], NONE);
export const multiply = (x: Tensor, y: Tensor): Tensor => x.graph.apply('multiply', [x, y], NONE);
export const divide = (x: Tensor, y: Tensor): Tensor => x.graph.apply('divide', [x, y], NONE);
export const squareRoot = (x: Tensor): Tensor => x.graph.apply('squareRoot', [x], NONE);
export const scaleBy = (x: Tensor, s: Tensor): Tensor => x.graph.apply('scaleBy', [x, s], NONE);
export const gelu = (x: Tensor): Tensor => x.graph.apply('gelu', [x], NONE);
export const geluGradient = (dy: Tensor, x: Tensor): Tensor => dy.graph.apply('geluGradient', [dy, x], NONE);
export const normalizeRows = (x: Tensor, eps: number): Tensor => x.graph.apply('normalizeRows', [x], { eps });
export const normalizeRowsGradient = (dy: Tensor, x: Tensor, eps: number): Tensor =>
  dy.graph.apply('normalizeRowsGradient', [dy, x], { eps });
export const multiplyRow = (x: Tensor, row: Tensor): Tensor => x.graph.apply('multiplyRow', [x, row], NONE);
export const addRow = (x: Tensor, row: Tensor): Tensor => x.graph.apply('addRow', [x, row], NONE);
export const sumRows = (x: Tensor): Tensor => x.graph.apply('sumRows', [x], NONE);
export const gather = (table: Tensor, index: Tensor): Tensor =>
  table.graph.apply('gather', [table, index], NONE);
export const rowsWithin = (place: Tensor, sizes: OpAttributes['rowsWithin']): Tensor =>
  place.graph.apply('rowsWithin', [place], { nSelected: sizes.nSelected, nRows: sizes.nRows });
export const scatterAdd = (x: Tensor, index: Tensor, rows: number): Tensor =>
  x.graph.apply('scatterAdd', [x, index], { rows });

export const matmul = (
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: { transposeA?: boolean; transposeB?: boolean } = {},
): Tensor => a.graph.apply('matmul', [a, b], { transposeA, transposeB });

export const attentionScores = (q: Tensor, k: Tensor, sizes: AttentionSizes, factor: number): Tensor =>
  q.graph.apply('attentionScores', [q, k], { ...pick(sizes), scale: factor });
export const attentionSoftmax = (scores: Tensor, lastKey: Tensor, nHeads: number): Tensor =>
  scores.graph.apply('attentionSoftmax', [scores, lastKey], { nHeads });
export const attentionSoftmaxGradient = (dy: Tensor, y: Tensor, nHeads: number): Tensor =>
  dy.graph.apply('attentionSoftmaxGradient', [dy, y], { nHeads });
export const attentionMix = (a: Tensor, v: Tensor, sizes: AttentionSizes): Tensor =>
  a.graph.apply('attentionMix', [a, v], pick(sizes));
export const attentionMixTransposed = (a: Tensor, x: Tensor, sizes: AttentionSizes): Tensor =>
  a.graph.apply('attentionMixTransposed', [a, x], pick(sizes));

/** The same values in another shape; a reshape of a reshape is one. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const node = x.graph.node(x.id);
  const source = node.op === 'reshape' ? x.graph.tensor(node.inputs[0]) : x;
  return sameShape(source.shape, shape) ? source : source.graph.apply('reshape', [source], { shape });
}
export const headMatmul = (x: Tensor, w: Tensor, nHeads: number, transposeB = false): Tensor =>
  x.graph.apply('headMatmul', [x, w], { nHeads, transposeB });
export const headMatmulWeights = (x: Tensor, y: Tensor, nHeads: number): Tensor =>
  x.graph.apply('headMatmulWeights', [x, y], { nHeads });
export const tableMix = (a: Tensor, table: Tensor, index: Tensor, sizes: AttentionSizes): Tensor =>
  a.graph.apply('tableMix', [a, table, index], pick(sizes));
export const tableMixWeights = (dy: Tensor, table: Tensor, index: Tensor, sizes: AttentionSizes): Tensor =>
  dy.graph.apply('tableMixWeights', [dy, table, index], pick(sizes));
export const tableMixTable = (
  a: Tensor,
  dy: Tensor,
  index: Tensor,
  sizes: AttentionSizes,
  rows: number,
): Tensor => a.graph.apply('tableMixTable', [a, dy, index], { ...pick(sizes), rows });
export const gatherScores = (s: Tensor, q: Tensor, k: Tensor, sizes: AttentionSizes): Tensor =>
  s.graph.apply('gatherScores', [s, q, k], pick(sizes));
export const scatterScores = (
  d: Tensor,
  q: Tensor,
  k: Tensor,
  sizes: AttentionSizes,
  queryRows: number,
  keyRows: number,
): Tensor => d.graph.apply('scatterScores', [d, q, k], { ...pick(sizes), queryRows, keyRows });

export const crossEntropy = (logits: Tensor, labels: Tensor): Tensor =>
  logits.graph.apply('crossEntropy', [logits, labels], NONE);
export const crossEntropyGradient = (logits: Tensor, labels: Tensor, dLoss: Tensor): Tensor =>
  logits.graph.apply('crossEntropyGradient', [logits, labels, dLoss], NONE);
export const stableMax = (logits: Tensor, labels: Tensor): Tensor =>
  logits.graph.apply('stableMax', [logits, labels], NONE);
export const stableMaxGradient = (logits: Tensor, labels: Tensor, dLoss: Tensor): Tensor =>
  logits.graph.apply('stableMaxGradient', [logits, labels, dLoss], NONE);
export const isCorrect = (logits: Tensor, labels: Tensor): Tensor =>
  logits.graph.apply('isCorrect', [logits, labels], NONE);
export const mean = (x: Tensor): Tensor => x.graph.apply('mean', [x], NONE);
export const fill = (s: Tensor, shape: Shape, factor: number): Tensor =>
  s.graph.apply('fill', [s], { shape, factor });
export const sumSquares = (x: Tensor): Tensor => x.graph.apply('sumSquares', [x], NONE);

/** One AdamW step as an update; see `OpAttributes.adamW` for the layout of `hyper`. */
export const adamW = (parameter: Tensor, gradient: Tensor, m: Tensor, v: Tensor, hyper: Tensor): Tensor =>
  parameter.graph.apply('adamW', [parameter, gradient, m, v, hyper], NONE);

/** An update: the parameter or state takes the value. */
export const assign = (target: Tensor, value: Tensor): Tensor =>
  target.graph.apply('assign', [target, value], NONE);

// Attribute objects are part of a node's identity, so they hold just the op's own keys, in one order.
const pick = ({ nHeads, nQueries, nKeys }: AttentionSizes): AttentionSizes => ({ nHeads, nQueries, nKeys });
