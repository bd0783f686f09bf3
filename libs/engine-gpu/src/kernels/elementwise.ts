import {
  LANES,
  operand,
  operands,
  vectorsOf,
  type Lowered,
  type OpShapes,
  type Stage,
  type StageArray,
} from './stage.js';
import { rowAndColumn } from './text.js';

/** The texts of an op on each entry by itself: a number a thread, or a vector of 4. */
interface EntryKernel {
  readonly flat: string;
  readonly vectors: string;
}

/** Kernel of `arrays` of one size and scalars; `entry` is the result's entry, `at(array)` an array's. */
function onEntries(
  name: string,
  arrays: readonly string[],
  scalars: readonly string[],
  entry: (at: (array: string) => string) => string,
): EntryKernel {
  const start = `function ${name}(${[...arrays, ...scalars].join(', ')}) {`;
  const vectors = arrays.map((array) => `const ${array}Vector = ${array}[this.thread.x];`).join(' ');
  const lanes = LANES.map((i) => entry((array) => `${array}Vector[${i}]`)).join(', ');
  return {
    flat: `${start} return ${entry((array) => `${array}[this.thread.x]`)}; }`,
    vectors: `${start} ${vectors} return [${lanes}]; }`,
  };
}

// All arrays and the result: any shape, equal sizes.
const ADD = onEntries('add', ['x', 'y'], [], (at) => `${at('x')} + ${at('y')}`);
const SCALE = onEntries('scale', ['x'], ['factor'], (at) => `factor * ${at('x')}`);
const MULTIPLY = onEntries('multiply', ['x', 'y'], [], (at) => `${at('x')} * ${at('y')}`);
const DIVIDE = onEntries('divide', ['x', 'y'], [], (at) => `${at('x')} / ${at('y')}`);
const SQUARE_ROOT = onEntries('squareRoot', ['x'], [], (at) => `Math.sqrt(${at('x')})`);
const COPY = onEntries('copy', ['x'], [], (at) => at('x'));
// Written so that NaN stays NaN.
const RELU = onEntries('relu', ['x'], [], (at) => `(${at('x')} <= 0.0 ? 0.0 : ${at('x')})`);
const RELU_GRADIENT = onEntries(
  'reluGradient',
  ['dy', 'y'],
  [],
  (at) => `(${at('y')} > 0.0 ? ${at('dy')} : 0.0)`,
);

/** Kernel of a matrix (N,D) and a row (D), which are joined entry by entry; on vectors both have d = D/4 of them. */
const onRows = (name: string, sign: '+' | '*'): EntryKernel => ({
  flat: `function ${name}(x, vector) {
  ${rowAndColumn('d')}
  return x[this.thread.x] ${sign} vector[col];
}`,
  vectors: `function ${name}OfVectors(x, vector) {
  ${rowAndColumn('d')}
  const y = x[this.thread.x];
  const z = vector[col];
  return [${LANES.map((i) => `y[${i}] ${sign} z[${i}]`).join(', ')}];
}`,
});

const ADD_ROW = onRows('addRow', '+');
const MULTIPLY_ROW = onRows('multiplyRow', '*');

// x: any shape, s (); out = s·x.
const SCALE_BY = `function multiplyScalar(x, s) {
  return s[0] * x[this.thread.x];
}`;

// x vectors, s (); out = s·x as vectors.
const SCALE_VECTORS_BY = `function scaleVectorsBy(x, s) {
  const xVector = x[this.thread.x];
  const factor = s[0];
  return [${LANES.map((i) => `factor * xVector[${i}]`).join(', ')}];
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

// table (V,d) vectors, index (N) whole numbers; out (N,d) vectors.
const GATHER_VECTORS = `function gatherVectors(table, index) {
  ${rowAndColumn('d')}
  const vector = table[index[row] * this.constants.d + col];
  return [vector[0], vector[1], vector[2], vector[3]];
}`;

const one = (
  source: string,
  { size }: OpShapes,
  count: number,
  constants: Stage['constants'] = {},
  scalars: readonly number[] = [],
): readonly Stage[] => [{ source, size, constants, arrays: operands(count), scalars }];

/** On vectors where the device has them. */
const each = (
  { flat, vectors }: EntryKernel,
  { size, targets }: Pick<OpShapes, 'size' | 'targets'>,
  arrays: readonly StageArray[],
  scalars: readonly number[] = [],
): Stage =>
  targets === 0
    ? { source: flat, size, constants: {}, arrays, scalars }
    : {
        source: vectors,
        size,
        constants: {},
        arrays: arrays.map(vectorsOf),
        scalars,
        vectors: { targets: 1 },
      };

export const add = (shapes: OpShapes): readonly Stage[] => [each(ADD, shapes, operands(2))];
export const scale = (shapes: OpShapes, factor: number): readonly Stage[] => [
  each(SCALE, shapes, operands(1), [factor]),
];
export const relu = (shapes: OpShapes): readonly Stage[] => [each(RELU, shapes, operands(1))];
export const reluGradient = (shapes: OpShapes): readonly Stage[] => [
  each(RELU_GRADIENT, shapes, operands(2)),
];
export const multiply = (shapes: OpShapes): readonly Stage[] => [each(MULTIPLY, shapes, operands(2))];
export const divide = (shapes: OpShapes): readonly Stage[] => [each(DIVIDE, shapes, operands(2))];
export const squareRoot = (shapes: OpShapes): readonly Stage[] => [each(SQUARE_ROOT, shapes, operands(1))];
export const copy = (shapes: OpShapes): readonly Stage[] => [each(COPY, shapes, operands(1))];
export const addRow = (shapes: OpShapes): readonly Stage[] => eachRow(ADD_ROW, shapes);
export const multiplyRow = (shapes: OpShapes): readonly Stage[] => eachRow(MULTIPLY_ROW, shapes);

function eachRow({ flat, vectors }: EntryKernel, shapes: OpShapes): readonly Stage[] {
  const d = shapes.width(0);
  if (shapes.targets === 0 || d % 4 !== 0) return one(flat, shapes, 2, { d });
  const arrays = operands(2).map(vectorsOf);
  const constants = { d: d / 4 };
  return [{ source: vectors, size: shapes.size, constants, arrays, vectors: { targets: 1 } }];
}

export function multiplyScalar(shapes: OpShapes): readonly Stage[] {
  if (shapes.targets === 0) return one(SCALE_BY, shapes, 2);
  const arrays = [vectorsOf(operand(0)), operand(1)];
  return [{ source: SCALE_VECTORS_BY, size: shapes.size, constants: {}, arrays, vectors: { targets: 1 } }];
}

/** The value of operand 1, to take the place of operand 0. */
export const assign = ({ operandSize, targets }: OpShapes): Lowered => ({
  stages: [each(COPY, { size: operandSize(0), targets }, [operand(1)])],
  writes: [{ operand: 0, stage: 0, target: 0 }],
});

export const fill = (shapes: OpShapes, factor: number): readonly Stage[] =>
  one(FILL, shapes, 1, {}, [factor]);
export function gather(shapes: OpShapes): readonly Stage[] {
  const d = shapes.width(0);
  if (shapes.targets === 0 || d % 4 !== 0) return one(GATHER, shapes, 2, { d });
  const arrays = [vectorsOf(operand(0)), operand(1)];
  const constants = { d: d / 4 };
  return [{ source: GATHER_VECTORS, size: shapes.size, constants, arrays, vectors: { targets: 1 } }];
}
