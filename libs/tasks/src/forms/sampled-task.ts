import type { Random } from '@grokscope/base';
import type { TaskShape } from '../data/dataset.js';
import type { TaskStructure } from '../data/structure.js';

/** The longest sequence of a task that draws its sequences. */
export const MAX_LENGTH = 1024;

/** Held-out examples of a task that draws its examples; fewer where there are not five times as many in all. */
export const HELD_OUT = 1024;
/** Examples by which the training distribution of infinite data is measured: the first of the stream. */
export const TRAIN_SAMPLE = 512;

/** Where `draw` writes one example, and with it the places that `structureOf` reads. */
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
  /** The same of a held-out example, where those come from elsewhere: from the tail of a text. */
  readonly drawHeldOut?: (random: Random, row: DrawnRow) => void;
  /** The most held-out examples that are kept; default `HELD_OUT`. */
  readonly mostHeldOut?: number;
  /** Examples by which the training distribution of infinite data is measured; default `TRAIN_SAMPLE`. */
  readonly trainSample?: number;
  /** The structure of a dataset whose examples left `places` `[N, nPlaces]` behind. */
  readonly structureOf: (places: Int32Array) => TaskStructure;
}
