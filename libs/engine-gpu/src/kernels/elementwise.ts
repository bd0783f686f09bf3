import { LANES, operands, vectorsOf, type OpShapes, type Stage } from './stage.js';
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
const COPY = onEntries('copy', ['x'], [], (at) => at('x'));
// Written so that NaN stays NaN.
const RELU = onEntries('relu', ['x'], [], (at) => `(${at('x')} <= 0.0 ? 0.0 : ${at('x')})`);
const RELU_GRADIENT = onEntries(
  'reluGradient',
  ['dy', 'y'],
  [],
  (at) => `(${at('y')} > 0.0 ? ${at('dy')} : 0.0)`,
);

// x (N,D), vector (D); out (N,D).
const ADD_ROW = `function addRow(x, vector) {
  ${rowAndColumn('d')}
  return x[this.thread.x] + vector[col];
}`;

// x (N,d) vectors, vector (d) vectors; out (N,d) vectors.
const ADD_ROW_OF_VECTORS = `function addRowOfVectors(x, vector) {
  ${rowAndColumn('d')}
  const y = x[this.thread.x];
  const z = vector[col];
  return [y[0] + z[0], y[1] + z[1], y[2] + z[2], y[3] + z[3]];
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

/** On vectors where the device has them. */
const each = (
  { flat, vectors }: EntryKernel,
  { size, targets }: OpShapes,
  count: number,
  scalars: readonly number[] = [],
): readonly Stage[] =>
  targets === 0
    ? [{ source: flat, size, constants: {}, arrays: operands(count), scalars }]
    : [
        {
          source: vectors,
          size,
          constants: {},
          arrays: operands(count).map(vectorsOf),
          scalars,
          vectors: { targets: 1 },
        },
      ];

export const add = (shapes: OpShapes): readonly Stage[] => each(ADD, shapes, 2);
export const scale = (shapes: OpShapes, factor: number): readonly Stage[] => each(SCALE, shapes, 1, [factor]);
export const relu = (shapes: OpShapes): readonly Stage[] => each(RELU, shapes, 1);
export const reluGradient = (shapes: OpShapes): readonly Stage[] => each(RELU_GRADIENT, shapes, 2);
export const copy = (shapes: OpShapes): readonly Stage[] => each(COPY, shapes, 1);

export function addRow(shapes: OpShapes): readonly Stage[] {
  const d = shapes.width(0);
  if (shapes.targets === 0 || d % 4 !== 0) return one(ADD_ROW, shapes, 2, { d });
  const arrays = operands(2).map(vectorsOf);
  const constants = { d: d / 4 };
  return [{ source: ADD_ROW_OF_VECTORS, size: shapes.size, constants, arrays, vectors: { targets: 1 } }];
}

export const fill = (shapes: OpShapes, factor: number): readonly Stage[] =>
  one(FILL, shapes, 1, {}, [factor]);
export const gather = (shapes: OpShapes): readonly Stage[] => one(GATHER, shapes, 2, { d: shapes.width(0) });
