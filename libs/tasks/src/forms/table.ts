import type { Dataset } from '../data/dataset.js';

/** All examples of a task that has finitely many, before they are split. */
export type Table = Omit<Dataset, 'trainIndices' | 'testIndices' | 'stream'>;
