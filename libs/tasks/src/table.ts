import type { Dataset } from './dataset.js';

/** All examples of a task that has finitely many, before they are split. */
export type Table = Omit<Dataset, 'trainIndices' | 'testIndices' | 'stream'>;
