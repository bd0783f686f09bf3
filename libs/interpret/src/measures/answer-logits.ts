import type { Reals } from '../numerics/numbers.js';
import type { Look } from './measure.js';

/** The logits of all kept examples, in their order. */
export interface AnswerLogits {
  /** [rows, width]. */
  readonly logits: Reals;
  readonly width: number;
  /** Of each row the first so many are possible answers. */
  readonly classes: number;
  /** [rows]. */
  readonly labels: ArrayLike<number>;
}

/** The logits of a look over the possible answers: of tasks on pairs without "=", as losses are; undefined where it has none. */
export function answerLogits({ logits, saved, pairs, dataset }: Look): AnswerLogits | undefined {
  const { labels, dVocabOut } = dataset;
  const passed = saved?.passes?.every.logits;
  if (passed && pairs) return { logits: passed, width: pairs.classes, classes: pairs.classes, labels };
  if (!logits) return undefined;
  return { logits, width: dVocabOut, classes: pairs?.classes ?? dVocabOut, labels };
}
