import type { AttentionSizes, OpAttributes } from '@grokscope/graph';
import { padded, vectorsIn } from '../stages/padding.js';
import { eachInSegment, segmentsOf, segmentSum } from '../stages/segments.js';
import { operand, stage, table, targetName, vectorsOf, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, HEAD_AND_KEY, rowAndColumn } from '../stages/text.js';
import { mixConstants } from '../stages/mix-constants.js';

// The ops of `table-mix.ts` on vectors of 4 columns; d counts vectors. Rows of D entries are padded to whole vectors.

const SUMS = 'let s0 = 0.0; let s1 = 0.0; let s2 = 0.0; let s3 = 0.0;';
const addVector = (vector: string, factor = ''): string =>
  [0, 1, 2, 3].map((i) => `s${i} += ${factor}${vector}[${i}];`).join(' ');

// a (B·Tq, H·Tk), table (U, H, d) vectors, index (B·Tk); out (B·Tq, d) vectors.
const MIX = `function tableMixVectors(a, table, index) {
  ${rowAndColumn('d')}
  const firstKey = Math.floor((row + 0.5) / this.constants.nQueries) * this.constants.nKeys;
  const firstA = row * this.constants.weightsWidth;
  ${SUMS}
  for (let key = 0; key < this.constants.nKeys; key++) {
    const entry = index[firstKey + key] * this.constants.tableWidth + col;
    for (let head = 0; head < this.constants.nHeads; head++) {
      const weight = a[firstA + head * this.constants.nKeys + key];
      const vector = table[entry + head * this.constants.d];
      ${addVector('vector', 'weight * ')}
    }
  }
  return [s0, s1, s2, s3];
}`;

// dy (B·Tq, d) vectors, table (U, H, d) vectors, index (B·Tk); out (B·Tq, H·Tk).
const MIX_WEIGHTS = `function tableMixWeightsOfVectors(dy, table, index) {
  ${HEAD_AND_KEY}
  const firstDy = row * this.constants.d;
  const entry = index[example * this.constants.nKeys + key] * this.constants.tableWidth + head * this.constants.d;
  ${chunkedSum(
    'c',
    `const x = dy[firstDy + c];
        const y = table[entry + c];
        part += x[0] * y[0] + x[1] * y[1] + x[2] * y[2] + x[3] * y[3];`,
  )}
  return total;
}`;

// padded (rows, paddedWidth); out (rows, width).
const CROP = `function crop(padded) {
  ${rowAndColumn('width')}
  return padded[row * this.constants.paddedWidth + col];
}`;

export function tableMix({ size, operandSize, width }: OpShapes, sizes: AttentionSizes): readonly Stage[] {
  const d = width(1) / sizes.nHeads;
  const [rows, vectors] = [size / d, vectorsIn(d)];
  const stages: Stage[] = [];
  const vectorTable = vectorsOf(padded(stages, 1, { rows: operandSize(1) / d, width: d }));
  const at = stages.push({
    source: MIX,
    size: rows * vectors * 4,
    constants: mixConstants(sizes, vectors),
    arrays: [operand(0), vectorTable, operand(2)],
    vectors: { targets: 1 },
  });
  if (d % 4 !== 0) {
    const constants = { width: d, paddedWidth: 4 * vectors };
    stages.push({ source: CROP, size, constants, arrays: [stage(at - 1)] });
  }
  return stages;
}

export function tableMixWeights(
  { size, operandSize, width }: OpShapes,
  sizes: AttentionSizes,
): readonly Stage[] {
  const d = width(0);
  const stages: Stage[] = [];
  const dy = vectorsOf(padded(stages, 0, { rows: operandSize(0) / d, width: d }));
  const vectorTable = vectorsOf(padded(stages, 1, { rows: operandSize(1) / d, width: d }));
  const constants = { ...mixConstants(sizes, vectorsIn(d)), ...chunksOf(vectorsIn(d)) };
  return [...stages, { source: MIX_WEIGHTS, size, constants, arrays: [dy, vectorTable, operand(2)] }];
}

const heads = (nHeads: number, text: (head: number) => string): string =>
  Array.from({ length: nHeads }, (_, head) => text(head)).join('\n');

// a (B·Tq, H·Tk), dy (B·Tq, d) vectors, order (B·Tk), starts (S+1); target h (S, d) vectors: head h of each segment.
const mixSegments = (nHeads: number): string => `function tableMixSegmentVectors(a, dy, order, starts) {
  ${rowAndColumn('d')}
  ${heads(nHeads, (h) => `let h${h}x0 = 0.0; let h${h}x1 = 0.0; let h${h}x2 = 0.0; let h${h}x3 = 0.0;`)}
  ${eachInSegment(
    'row',
    `const where = order[place];
    const example = Math.floor((where + 0.5) / this.constants.nKeys);
    const key = where - example * this.constants.nKeys;
    for (let query = 0; query < this.constants.nQueries; query++) {
      const from = example * this.constants.nQueries + query;
      const weights = from * this.constants.weightsWidth + key;
      const vector = dy[from * this.constants.d + col];
      ${heads(nHeads, (h) => {
        const sums = [0, 1, 2, 3].map((i) => `h${h}x${i} += w${h} * vector[${i}];`);
        return `const w${h} = a[weights + ${h} * this.constants.nKeys]; ${sums.join(' ')}`;
      })}
    }`,
  )}
  ${heads(nHeads, (h) => (h === 0 ? '' : `${targetName(h)}(h${h}x0, h${h}x1, h${h}x2, h${h}x3);`))}
  return [h0x0, h0x1, h0x2, h0x3];
}`;

// heads (S, D) each, padded to paddedWidth, starts (U+1); out (U, H·D): the sum of each row's segments.
const mergeHeads = (nHeads: number): string => {
  const args = Array.from({ length: nHeads }, (_, head) => `t${head}`).join(', ');
  return `function mergeHeads(${args}, starts) {
  ${rowAndColumn('tableWidth')}
  const head = Math.floor((col + 0.5) / this.constants.width);
  const c = col - head * this.constants.width;
  ${segmentSum(
    'row',
    heads(
      nHeads,
      (h) => `if (Math.abs(head - ${h}) < 0.5) { total += t${h}[place * this.constants.paddedWidth + c]; }`,
    ),
  )}
  return total;
}`;
};

/** With an index known at compile time, and no more heads than a kernel can have results. */
export function tableMixTable(
  { size, operandSize, width }: OpShapes,
  { rows, ...sizes }: OpAttributes['tableMixTable'],
  index: ArrayLike<number>,
): readonly Stage[] {
  const [d, { nHeads }] = [width(1), sizes];
  const paddedWidth = 4 * vectorsIn(d);
  const segments = segmentsOf(index, rows);
  const stages: Stage[] = [];
  const dy = vectorsOf(padded(stages, 1, { rows: operandSize(1) / d, width: d }));
  const at = stages.push({
    source: mixSegments(nHeads),
    size: (segments.starts.length - 1) * paddedWidth,
    constants: { ...mixConstants(sizes, vectorsIn(d)), longest: segments.longestSegment },
    arrays: [operand(0), dy, table(segments.order), table(segments.starts)],
    vectors: { targets: nHeads },
  });
  const results = Array.from({ length: nHeads }, (_, head) => stage(at - 1, head));
  stages.push({
    source: mergeHeads(nHeads),
    size,
    constants: { tableWidth: nHeads * d, width: d, paddedWidth, longest: segments.longestRow },
    arrays: [...results, table(segments.rowStarts)],
  });
  return stages;
}
