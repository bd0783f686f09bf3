import { mergeSegments, segmentsOf, segmentSum } from '../stages/segments.js';
import {
  operand,
  operands,
  table,
  vectorsOf,
  type Kernel,
  type OpShapes,
  type Stage,
} from '../stages/stage.js';
import { chunkedSum, chunksOf, quotientAndRest, rowAndColumn } from '../stages/text.js';

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

export function gather(shapes: OpShapes): readonly Stage[] {
  const d = shapes.width(0);
  if (shapes.targets === 0 || d % 4 !== 0)
    return [{ source: GATHER, size: shapes.size, constants: { d }, arrays: operands(2) }];
  const arrays = [vectorsOf(operand(0)), operand(1)];
  const constants = { d: d / 4 };
  return [{ source: GATHER_VECTORS, size: shapes.size, constants, arrays, vectors: { targets: 1 } }];
}

// x (N,D), index (N) whole numbers; out (V,D): each thread reads all N rows.
const SCATTER_ADD = `function scatterAdd(x, index) {
  ${rowAndColumn('d')}
  ${chunkedSum(
    'i',
    `if (Math.abs(index[i] - row) < 0.5) {
          part += x[i * this.constants.d + col];
        }`,
  )}
  return total;
}`;

// x (B·S,D), index (B·S) whole numbers, S rows of each example; out (B·nRows,D): a thread reads those of its example.
const SCATTER_WITHIN = `function scatterAddWithin(x, index) {
  ${rowAndColumn('d')}
  const first = Math.floor((row + 0.5) / this.constants.nRows) * this.constants.nSelected;
  ${chunkedSum(
    'i',
    `if (Math.abs(index[first + i] - row) < 0.5) {
          part += x[(first + i) * this.constants.d + col];
        }`,
  )}
  return total;
}`;

// x (N,D), order (N), starts (S+1); out (S,D): the sum of each segment's rows of x.
const SEGMENT_ROWS = `function segmentRows(x, order, starts) {
  ${rowAndColumn('d')}
  ${segmentSum('row', 'total += x[order[place] * this.constants.d + col];')}
  return total;
}`;

export function scatterAdd({ size, operandSize, width, constant, within }: OpShapes): readonly Stage[] {
  const d = width(0);
  const index = constant(1);
  const sizes = within(1);
  if (sizes && (operandSize(1) / sizes.nSelected) * sizes.nRows === size / d)
    return [
      {
        source: SCATTER_WITHIN,
        size,
        constants: { d, ...sizes, ...chunksOf(sizes.nSelected) },
        arrays: operands(2),
      },
    ];
  if (index === null)
    return [
      { source: SCATTER_ADD, size, constants: { d, ...chunksOf(operandSize(1)) }, arrays: operands(2) },
    ];
  const segments = segmentsOf(index, size / d);
  return [
    {
      source: SEGMENT_ROWS,
      size: (segments.starts.length - 1) * d,
      constants: { d, longest: segments.longestSegment },
      arrays: [operand(0), table(segments.order), table(segments.starts)],
    },
    ...mergeSegments(segments, d),
  ];
}

// place (B·S) whole numbers; out (B·S) whole numbers.
const ROWS_WITHIN = `function rowsWithin(place) {
  ${quotientAndRest('example', 'selected', 'this.thread.x', 'this.constants.nSelected')}
  return example * this.constants.nRows + place[this.thread.x];
}`;

export const rowsWithin: Kernel<'rowsWithin'> = ({ size }, { nSelected, nRows }) => [
  { source: ROWS_WITHIN, size, constants: { nSelected, nRows }, arrays: operands(1) },
];
