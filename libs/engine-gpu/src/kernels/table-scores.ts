import type { AttentionSizes, OpAttributes } from '@grokscope/graph';
import { segmentsOf, segmentSum } from '../stages/segments.js';
import { operand, operands, stage, table, type OpShapes, type Stage } from '../stages/stage.js';
import { chunkedSum, chunksOf, HEAD_AND_KEY, rowAndColumn } from '../stages/text.js';

// Attention scores read from a table of every query row and key row; sizes as in `attention.ts`.

// s (Uq, H·Uk), q (B·Tq), k (B·Tk); out (B·Tq, H·Tk).
const GATHER_SCORES = `function gatherScores(s, q, k) {
  ${HEAD_AND_KEY}
  return s[q[row] * this.constants.scoresWidth + head * this.constants.keyRows +
    k[example * this.constants.nKeys + key]];
}`;

export function gatherScores({ size, width }: OpShapes, sizes: AttentionSizes): readonly Stage[] {
  const constants = {
    nQueries: sizes.nQueries,
    nKeys: sizes.nKeys,
    weightsWidth: sizes.nHeads * sizes.nKeys,
    scoresWidth: width(0),
    keyRows: width(0) / sizes.nHeads,
  };
  return [{ source: GATHER_SCORES, size, constants, arrays: operands(3) }];
}

// d (B·Tq, H·Tk), order (B·Tq·Tk), starts (S+1); out (S, H): entry n of order is query row floor(n / Tk), key n mod Tk.
const SCORE_SEGMENTS = `function scoreSegments(d, order, starts) {
  ${rowAndColumn('nHeads')}
  ${segmentSum(
    'row',
    `const where = order[place];
    const from = Math.floor((where + 0.5) / this.constants.nKeys);
    total += d[from * this.constants.weightsWidth + col * this.constants.nKeys + where - from * this.constants.nKeys];`,
  )}
  return total;
}`;

/** Declares the pair of table rows (queryRow, keyRow) and the head whose score thread x sums. */
const PAIR_OF_ROWS = `
  ${rowAndColumn('scoresWidth')}
  const head = Math.floor((col + 0.5) / this.constants.keyRows);
  const keyRow = col - head * this.constants.keyRows;`;

// partial (S, H), starts (Uq·Uk + 1); out (Uq, H·Uk).
const MERGE_SCORES = `function mergeScores(partial, starts) {
  ${PAIR_OF_ROWS}
  ${segmentSum('row * this.constants.keyRows + keyRow', 'total += partial[place * this.constants.nHeads + head];')}
  return total;
}`;

// d (B·Tq, H·Tk), q (B·Tq), k (B·Tk); out (Uq, H·Uk): each thread reads all pairs of queries and keys.
const SCATTER_SCORES = `function scatterScores(d, q, k) {
  ${PAIR_OF_ROWS}
  ${chunkedSum(
    'query',
    `if (Math.abs(q[query] - row) < 0.5) {
          const firstKey = Math.floor((query + 0.5) / this.constants.nQueries) * this.constants.nKeys;
          for (let key = 0; key < this.constants.nKeys; key++) {
            if (Math.abs(k[firstKey + key] - keyRow) < 0.5) {
              part += d[query * this.constants.weightsWidth + head * this.constants.nKeys + key];
            }
          }
        }`,
  )}
  return total;
}`;

export function scatterScores(
  { size, operandSize, constant }: OpShapes,
  { nHeads, nQueries, nKeys, queryRows, keyRows }: OpAttributes['scatterScores'],
): readonly Stage[] {
  const [q, k] = [constant(1), constant(2)];
  const scoresWidth = nHeads * keyRows;
  const weightsWidth = nHeads * nKeys;
  if (q === null || k === null) {
    const constants = {
      nQueries,
      nKeys,
      keyRows,
      scoresWidth,
      weightsWidth,
      ...chunksOf(operandSize(1)),
    };
    return [{ source: SCATTER_SCORES, size, constants, arrays: operands(3) }];
  }
  const pairs = Int32Array.from({ length: q.length * nKeys }, (_, n) => {
    const query = Math.floor(n / nKeys);
    return q[query] * keyRows + k[Math.floor(query / nQueries) * nKeys + (n % nKeys)];
  });
  const segments = segmentsOf(pairs, queryRows * keyRows);
  return [
    {
      source: SCORE_SEGMENTS,
      size: (segments.starts.length - 1) * nHeads,
      constants: { nHeads, nKeys, weightsWidth, longest: segments.longestSegment },
      arrays: [operand(0), table(segments.order), table(segments.starts)],
    },
    {
      source: MERGE_SCORES,
      size,
      constants: { nHeads, keyRows, scoresWidth, longest: segments.longestRow },
      arrays: [stage(0), table(segments.rowStarts)],
    },
  ];
}
