export { taskCatalogue } from './catalogue.js';
export type { TaskDescription } from './catalogue.js';
export { createDataset, taskShape } from './create-dataset.js';
export type { Dataset, ExampleRows, ExampleStream, TaskShape } from './dataset.js';
export type { EmptySplitError, ExpressionError, TaskError, TooFewExamples } from './errors.js';
export { exampleText, exampleTexts, hiddenValues } from './example-text.js';
export { parseExpression } from './expression.js';
export type { Polynomial } from './expression.js';
export { HELD_OUT, TRAIN_SAMPLE } from './sampled-dataset.js';
export type {
  CyclicStructure,
  DigitStructure,
  PermutationStructure,
  RepeatStructure,
  SkipTrigramStructure,
  TaskStructure,
} from './structure.js';
