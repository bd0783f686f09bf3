import type { Dataset } from '../data/dataset.js';

/** All examples of a task that has finitely many, before they are split. */
export interface Table extends Omit<Dataset, 'trainIndices' | 'testIndices' | 'stream'> {
  /** `[N]` the example of each row of the file they were read from, by whose rows a split counts; absent where they are the same. */
  readonly exampleOfRow?: Int32Array;
}
