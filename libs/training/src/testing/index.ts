export { modelCases } from './model-cases.js';
