export { isEvent, isSnapshot } from './item.js';
export type { Snapshot, TrainingCommand, TrainingItem } from './item.js';
export { events, everySteps, metrics, snapshots, untilGeneralized } from './operators.js';
export type { Schedule } from './operators.js';
export { buildProgram, lossFunction, stepFunction } from './program.js';
export type { TrainingProgram } from './program.js';
export { timeSteps } from './time-steps.js';
export { train } from './train.js';
export type { TrainDeps } from './train.js';
