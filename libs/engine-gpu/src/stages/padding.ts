import { operand, stage, type Stage, type StageArray } from './stage.js';
import { rowAndColumn } from './text.js';

/** A matrix stored row by row. */
export interface StoredMatrix {
  readonly rows: number;
  readonly width: number;
}

// x (rows, width); out (any rows, paddedWidth): x with zeros to the right and below.
const PAD = `function pad(x) {
  ${rowAndColumn('paddedWidth')}
  if (row >= this.constants.rows) {
    return 0.0;
  }
  if (col >= this.constants.width) {
    return 0.0;
  }
  return x[row * this.constants.width + col];
}`;

/** The number of vectors of 4 that hold a row of that many entries. */
export const vectorsIn = (width: number): number => Math.ceil(width / 4);

/**
 * Operand i with rows of whole vectors, and `wanted` rows: the operand itself if it already has that form, otherwise
 * the result of a further stage.
 */
export function padded(stages: Stage[], i: number, { rows, width }: StoredMatrix, wanted = rows): StageArray {
  const paddedWidth = 4 * vectorsIn(width);
  if (paddedWidth === width && wanted === rows) return operand(i);
  const constants = { rows, width, paddedWidth };
  return stage(stages.push({ source: PAD, size: wanted * paddedWidth, constants, arrays: [operand(i)] }) - 1);
}
