export { createDataset, exampleCount, isSampled, taskShape, taskWords } from './data/create-dataset.js';
export type { Dataset, ExampleRows, ExampleStream, TaskShape } from './data/dataset.js';
export { describeTasks } from './describe-tasks.js';
export type {
  EmptySplitError,
  ExpressionError,
  FileFault,
  TaskError,
  TooFewExamples,
  UnknownTask,
} from './errors.js';
export { baseName } from './files/file-fault.js';
export { exampleText, exampleTexts, hiddenValues } from './data/example-text.js';
export type { ExampleReader } from './data/example-reader.js';
export { parseExpression } from './arithmetic/expression.js';
export type { Polynomial } from './arithmetic/expression.js';
export { elementOrders, finiteGroup } from './groups/finite-group.js';
export type { FiniteGroup, GroupLaw, NotAGroup } from './groups/finite-group.js';
export { recognise } from './groups/recognise.js';
export type { Recognised } from './groups/recognise.js';
export { groupKinds } from './groups/named-groups.js';
export type { GroupKind, NamedGroup } from './groups/named-groups.js';
export { pairTask } from './forms/pair-task.js';
export type { PairTask, Pairs } from './forms/pair-task.js';
export { preset, recipe } from './forms/preset.js';
export { HELD_OUT, TRAIN_SAMPLE } from './forms/sampled-task.js';
export type {
  CyclicStructure,
  DigitStructure,
  GroupStructure,
  ParityStructure,
  PermutationStructure,
  RepeatStructure,
  SkipTrigramStructure,
  TaskStructure,
  TextStructure,
} from './data/structure.js';
export type { DrawnRow, SampledTask } from './forms/sampled-task.js';
export type { Table } from './forms/table.js';
export { drawnTask, tableTask } from './forms/task.js';
export type { DrawnTask, InputOf, SpecOf, TableTask, Task, TaskWords } from './forms/task.js';
export { tellTask } from './tell-task.js';
export { builtInTasks, taskOf } from './tasks.js';
export type { BuiltInTaskInput, BuiltInTaskSpec } from './tasks.js';
