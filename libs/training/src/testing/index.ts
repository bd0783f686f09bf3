export { modelCases, trainFew, worstDifference } from './model-cases.js';
export type { ModelCase } from './model-cases.js';
