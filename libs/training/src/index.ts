export { admitCommand, refusedCommand } from './commands/admit-command.js';
export type { Measurement } from './metrics.js';
export { MOST_WAITING } from './backlog.js';
export { isEvent, isSnapshot } from './item.js';
export type {
  Fact,
  RefusedCommand,
  Snapshot,
  Stamp,
  ToldItem,
  TrainingCommand,
  TrainingItem,
} from './item.js';
export { numbered, stamped } from './operators/numbered.js';
export { events, everySteps, metrics, snapshots, untilGeneralized } from './operators/operators.js';
export type { Schedule } from './operators/operators.js';
export { measureOf, progress, progressMeasures } from './progress/progress-measures.js';
export type { MeasureName } from './progress/progress-measures.js';
export { estimateTrainingBytes } from './program/memory-estimate.js';
export { buildProgram, lossFunction, stepFunction } from './program/program.js';
export { keptSteps } from './operators/kept-weights.js';
export type { StageHistory } from './progress/stage-look.js';
export type { ExactTensor, ResumeFrom } from './resume.js';
export type { ProgramSpec, TrainingProgram } from './program/program.js';
export { timeSteps } from './program/time-steps.js';
export { train, trainFacts } from './train.js';
export type { TrainDeps } from './train-deps.js';
