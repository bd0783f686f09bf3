import { segmentsOf, segmentSum } from './segments.js';
import { operand, operands, stage, table, type OpShapes, type Stage } from './stage.js';
import { chunkedSum, chunksOf, rowAndColumn } from './text.js';

// x (N,D), index (N) whole numbers; out (V,D): each thread looks at all N rows.
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

// x (B·S,D), index (B·S) whole numbers, S of each example's rows; out (B·nRows,D): a thread looks at its example's.
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

// partial (S,D), starts (V+1); out (V,D): the sum of each row's segments.
const MERGE_SEGMENTS = `function mergeSegments(partial, starts) {
  ${rowAndColumn('d')}
  ${segmentSum('row', 'total += partial[place * this.constants.d + col];')}
  return total;
}`;

/** Adds up a stage's result (segments, d), the segments of each row: nothing to do where every row is one segment. */
export function mergeSegments(
  { rowStarts, longestRow }: { readonly rowStarts: Float32Array; readonly longestRow: number },
  d: number,
): readonly Stage[] {
  if (longestRow === 1) return [];
  const size = (rowStarts.length - 1) * d;
  const constants = { d, longest: longestRow };
  return [{ source: MERGE_SEGMENTS, size, constants, arrays: [stage(0), table(rowStarts)] }];
}

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
