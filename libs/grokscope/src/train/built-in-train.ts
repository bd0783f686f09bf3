import type { SpecInput } from '@grokscope/parts';
import type { TrainingItem } from '@grokscope/training';
import type { Observable } from 'rxjs';
import { train as trainAny, type TrainOptions } from './train.js';

/**
 * Trains a spec of built-in parts in a worker thread, as a cold Observable; its type states what each task needs. See
 * `train.ts` for what it emits and how it ends.
 *
 * @example
 * train(preset('quick-grok')).pipe(metrics()).subscribe((m) => console.log(m.step, m.testAccuracy));
 */
export const train: (spec: SpecInput, options?: TrainOptions) => Observable<TrainingItem> = trainAny;
