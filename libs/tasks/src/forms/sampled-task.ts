import type { Random } from '@grokscope/base';
import type { TaskShape } from '../data/dataset.js';
import type { TaskStructure } from '../data/structure.js';

/** The longest sequence of a task that draws its sequences. */
export const MAX_LENGTH = 1024;

/** Where `draw` writes one example, together with the places that `structureOf` reads. */
export interface DrawnRow {
  /** `[nCtx]` */
  readonly tokens: Int32Array;
  /** `[nScored]` */
  readonly labels: Int32Array;
  /** `[nScored]`; kept only if `positionsVary`. */
  readonly scored: Int32Array;
  /** `[nPlaces]` */
  readonly places: Int32Array;
}

/** Draws the examples of a task. */
export interface SampledTask extends TaskShape {
  /** The scored positions of every example, unless `positionsVary`. */
  readonly fixedPositions?: Int32Array;
  /** Numbers that each example provides for the analysis. */
  readonly nPlaces: number;
  /** Every token that can be an answer, ascending. */
  readonly answers: Int32Array;
  /** Draws one example, writing every entry of the row. */
  readonly draw: (random: Random, row: DrawnRow) => void;
  /** The structure of a dataset whose examples provided `places` `[N, nPlaces]`. */
  readonly structureOf: (places: Int32Array) => TaskStructure;
}
