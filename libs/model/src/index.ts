export { decodeWeights } from './decode-weights.js';
export type { RawTensor } from './decode-weights.js';
export type { WeightsError } from './errors.js';
export { toFileLayout, toGraphLayout } from './layout.js';
export { initialWeights, parameterCount, parameters } from './parameters.js';
export type { NamedTensor, ParameterInfo, TaskDimensions } from './parameters.js';
export { buildForward, scoredRows } from './transformer.js';
export type { Batch, Forward } from './transformer.js';
