import type { FallEvent, RunProgress } from '@grokscope/schema';
import { FALLEN_ACCURACY, LEARNT_ACCURACY } from '@grokscope/schema';
import type { Fact } from '../item.js';

/**
 * Watches whether a run that had generalised falls back: below a test accuracy of 0.9 after one of at least 0.99. Each
 * fall is told once, at the first measurement that shows it; a checkpoint keeps what it goes on from.
 */
export class FallWatch {
  #learnedAt: number | undefined;

  /** @param progress of the checkpoint that a run goes on from */
  constructor(progress?: Pick<RunProgress, 'learnedAt'>) {
    this.#learnedAt = progress?.learnedAt;
  }

  /** The fall that a measurement shows. NaN, of a run without a test set or one that diverged, shows none. */
  see(step: number, testAccuracy: number): Fact<FallEvent> | undefined {
    if (testAccuracy >= LEARNT_ACCURACY) this.#learnedAt = step;
    const learnedAt = this.#learnedAt;
    if (learnedAt === undefined || !(testAccuracy < FALLEN_ACCURACY)) return undefined;
    this.#learnedAt = undefined;
    return { type: 'fall', step, learnedAt, testAccuracy };
  }

  /** What a checkpoint keeps of it. */
  get kept(): Pick<RunProgress, 'learnedAt'> {
    return this.#learnedAt === undefined ? {} : { learnedAt: this.#learnedAt };
  }
}
