export { builtIn, isBuiltIn, withFiles, withTasks } from './catalogue.js';
export type { BuiltIn, FullCatalogue } from './catalogue.js';
export { datasetOf, shapeOf } from './dataset-of.js';
export type { ExamplesSpec } from './dataset-of.js';
export { decodeRunSpec } from './run-spec.js';
export type { BasedSpecInput, RunSpec, RunSpecInput, RunSpecOf, SpecInput } from './run-spec.js';
