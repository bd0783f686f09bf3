export { createDataset, exampleCount, isSampled, taskShape, taskWords } from './create-dataset.js';
export type { Dataset, ExampleRows, ExampleStream, TaskShape } from './dataset.js';
export { describeTasks } from './describe-tasks.js';
export type { EmptySplitError, ExpressionError, TaskError, TooFewExamples, UnknownTask } from './errors.js';
export { exampleText, exampleTexts, hiddenValues } from './example-text.js';
export type { ExampleReader } from './example-reader.js';
export { parseExpression } from './expression.js';
export type { Polynomial } from './expression.js';
export { elementOrders, finiteGroup } from './groups/finite-group.js';
export type { FiniteGroup, GroupLaw, NotAGroup } from './groups/finite-group.js';
export { groupKinds } from './groups/named-groups.js';
export type { GroupKind, NamedGroup } from './groups/named-groups.js';
export { pairTask } from './pair-task.js';
export type { PairTask, Pairs } from './pair-task.js';
export { preset, recipe } from './preset.js';
export { HELD_OUT, TRAIN_SAMPLE } from './sampled-dataset.js';
export type {
  CyclicStructure,
  DigitStructure,
  GroupStructure,
  ParityStructure,
  PermutationStructure,
  RepeatStructure,
  SkipTrigramStructure,
  TaskStructure,
} from './structure.js';
export type { DrawnRow, SampledTask } from './sampled-task.js';
export type { Table } from './table.js';
export { drawnTask, tableTask } from './task.js';
export type { DrawnTask, InputOf, SpecOf, TableTask, Task, TaskWords } from './task.js';
export { tellTask } from './tell-task.js';
export { builtInTasks, taskOf } from './tasks.js';
export type { BuiltInTaskInput, BuiltInTaskSpec } from './tasks.js';
