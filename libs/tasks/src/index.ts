export { taskCatalogue } from './catalogue.js';
export type { TaskDescription } from './catalogue.js';
export { createDataset } from './create-dataset.js';
export type { Dataset } from './dataset.js';
export type { EmptySplitError, ExpressionError, TaskError } from './errors.js';
export { parseExpression } from './expression.js';
export type { Polynomial } from './expression.js';
