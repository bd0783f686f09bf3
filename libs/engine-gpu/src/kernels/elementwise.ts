import { operands, type OpShapes, type Stage } from './stage.js';
import { rowAndColumn } from './text.js';

// x, y: any shape, equal sizes; out: the same.
const ADD = `function add(x, y) {
  return x[this.thread.x] + y[this.thread.x];
}`;

// x: any shape; out: the same.
const SCALE = `function scale(x, factor) {
  return factor * x[this.thread.x];
}`;

// x: any shape; out: the same. Written so that NaN stays NaN.
const RELU = `function relu(x) {
  const value = x[this.thread.x];
  if (value <= 0.0) {
    return 0.0;
  }
  return value;
}`;

// x: any shape; out: the same.
const COPY = `function copy(x) {
  return x[this.thread.x];
}`;

// dy, y: equal sizes; out: the same.
const RELU_GRADIENT = `function reluGradient(dy, y) {
  if (y[this.thread.x] > 0.0) {
    return dy[this.thread.x];
  }
  return 0.0;
}`;

// x (N,D), vector (D); out (N,D).
const ADD_ROW = `function addRow(x, vector) {
  ${rowAndColumn('d')}
  return x[this.thread.x] + vector[col];
}`;

// s (); out: any shape.
const FILL = `function fill(s, factor) {
  return factor * s[0];
}`;

// table (V,D), index (N) whole numbers; out (N,D).
const GATHER = `function gather(table, index) {
  ${rowAndColumn('d')}
  return table[index[row] * this.constants.d + col];
}`;

const one = (
  source: string,
  { size }: OpShapes,
  count: number,
  constants: Stage['constants'] = {},
  scalars: readonly number[] = [],
): readonly Stage[] => [{ source, size, constants, arrays: operands(count), scalars }];

export const add = (shapes: OpShapes): readonly Stage[] => one(ADD, shapes, 2);
export const scale = (shapes: OpShapes, factor: number): readonly Stage[] =>
  one(SCALE, shapes, 1, {}, [factor]);
export const relu = (shapes: OpShapes): readonly Stage[] => one(RELU, shapes, 1);
export const reluGradient = (shapes: OpShapes): readonly Stage[] => one(RELU_GRADIENT, shapes, 2);
export const addRow = (shapes: OpShapes): readonly Stage[] => one(ADD_ROW, shapes, 2, { d: shapes.width(0) });
export const fill = (shapes: OpShapes, factor: number): readonly Stage[] =>
  one(FILL, shapes, 1, {}, [factor]);
export const gather = (shapes: OpShapes): readonly Stage[] => one(GATHER, shapes, 2, { d: shapes.width(0) });
export const copy = (shapes: OpShapes): readonly Stage[] => one(COPY, shapes, 1);
