import type { AttentionSizes, OpAttributes } from '@grokscope/graph';
import { mergeSegments, segmentsOf, segmentSum } from '../stages/segments.js';
import { operand, operands, table, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, HEAD_AND_KEY, rowAndColumn } from '../stages/text.js';
import { mixConstants } from '../stages/mix-constants.js';
import * as onVectors from './table-mix-vectors.js';

// Attention over tables whose rows are found by index; sizes as in `attention.ts`. Every kernel writes its result.

// a (B·Tq, H·Tk), table (U, H·D), index (B·Tk); out (B·Tq, D).
const MIX = `function tableMix(a, table, index) {
  ${rowAndColumn('d')}
  const firstKey = Math.floor((row + 0.5) / this.constants.nQueries) * this.constants.nKeys;
  const firstA = row * this.constants.weightsWidth;
  ${chunkedSum(
    'key',
    `const entry = index[firstKey + key] * this.constants.tableWidth + col;
        for (let head = 0; head < this.constants.nHeads; head++) {
          part += a[firstA + head * this.constants.nKeys + key] * table[entry + head * this.constants.d];
        }`,
  )}
  return total;
}`;

// dy (B·Tq, D), table (U, H·D), index (B·Tk); out (B·Tq, H·Tk).
const MIX_WEIGHTS = `function tableMixWeights(dy, table, index) {
  ${HEAD_AND_KEY}
  const firstDy = row * this.constants.d;
  const entry = index[example * this.constants.nKeys + key] * this.constants.tableWidth + head * this.constants.d;
  ${chunkedSum('c', 'part += dy[firstDy + c] * table[entry + c];')}
  return total;
}`;

/**
 * Adds to `sum` the contributions of the queries of key number `place` (of B·Tk) to the table's row; `head` and `c` are
 * declared.
 */
const addQueries = (sum: string): string => `
    const example = Math.floor((where + 0.5) / this.constants.nKeys);
    const weight = head * this.constants.nKeys + where - example * this.constants.nKeys;
    for (let query = 0; query < this.constants.nQueries; query++) {
      const from = example * this.constants.nQueries + query;
      ${sum} += a[from * this.constants.weightsWidth + weight] * dy[from * this.constants.d + c];
    }`;

const HEAD_OF_TABLE = `
  ${rowAndColumn('tableWidth')}
  const head = Math.floor((col + 0.5) / this.constants.d);
  const c = col - head * this.constants.d;`;

// a (B·Tq, H·Tk), dy (B·Tq, D), order (B·Tk), starts (S+1); out (S, H·D).
const MIX_SEGMENTS = `function tableMixSegments(a, dy, order, starts) {
  ${HEAD_OF_TABLE}
  ${segmentSum('row', `const where = order[place]; ${addQueries('total')}`)}
  return total;
}`;

// a (B·Tq, H·Tk), dy (B·Tq, D), index (B·Tk); out (U, H·D): each thread reads all keys.
const MIX_TABLE = `function tableMixTable(a, dy, index) {
  ${HEAD_OF_TABLE}
  ${chunkedSum('where', `if (Math.abs(index[where] - row) < 0.5) { ${addQueries('part')} }`)}
  return total;
}`;

export function tableMix(shapes: OpShapes, sizes: AttentionSizes): readonly Stage[] {
  if (shapes.targets > 0) return onVectors.tableMix(shapes, sizes);
  const { size, width } = shapes;
  const constants = { ...mixConstants(sizes, width(1) / sizes.nHeads), ...chunksOf(sizes.nKeys) };
  return [{ source: MIX, size, constants, arrays: operands(3) }];
}

export function tableMixWeights(shapes: OpShapes, sizes: AttentionSizes): readonly Stage[] {
  if (shapes.targets > 0) return onVectors.tableMixWeights(shapes, sizes);
  const { size, width } = shapes;
  const constants = { ...mixConstants(sizes, width(0)), ...chunksOf(width(0)) };
  return [{ source: MIX_WEIGHTS, size, constants, arrays: operands(3) }];
}

export function tableMixTable(shapes: OpShapes, attributes: OpAttributes['tableMixTable']): readonly Stage[] {
  const { size, operandSize, width, constant } = shapes;
  const { rows, ...sizes } = attributes;
  const constants = mixConstants(sizes, width(1));
  const index = constant(2);
  if (index === null)
    return [
      {
        source: MIX_TABLE,
        size,
        constants: { ...constants, ...chunksOf(operandSize(2)) },
        arrays: operands(3),
      },
    ];
  if (sizes.nHeads <= shapes.targets) return onVectors.tableMixTable(shapes, attributes, index);
  const segments = segmentsOf(index, rows);
  return [
    {
      source: MIX_SEGMENTS,
      size: (segments.starts.length - 1) * constants.tableWidth,
      constants: { ...constants, longest: segments.longestSegment },
      arrays: [operand(0), operand(1), table(segments.order), table(segments.starts)],
    },
    ...mergeSegments(segments, constants.tableWidth),
  ];
}
