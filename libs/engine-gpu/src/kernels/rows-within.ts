import type { OpAttributes } from '@grokscope/graph';
import { operands, type OpShapes, type Stage } from './stage.js';
import { quotientAndRest } from './text.js';

// place (B·S) whole numbers; out (B·S) whole numbers.
const ROWS_WITHIN = `function rowsWithin(place) {
  ${quotientAndRest('example', 'selected', 'this.thread.x', 'this.constants.nSelected')}
  return example * this.constants.nRows + place[this.thread.x];
}`;

export const rowsWithin = (
  { size }: OpShapes,
  { nSelected, nRows }: OpAttributes['rowsWithin'],
): readonly Stage[] => [{ source: ROWS_WITHIN, size, constants: { nSelected, nRows }, arrays: operands(1) }];
