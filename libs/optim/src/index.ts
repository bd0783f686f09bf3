export { builtInGradientSteps } from './gradient-steps.js';
export { HYPER_INPUT, hyperAt, hyperSize, learningRateAt } from './hyper.js';
export { builtInOptimizers } from './optimizers.js';
export type {
  GradientStep,
  Optimizer,
  PartGraph,
  StepAt,
  StepResult,
  UpdatePart,
  UpdateRule,
} from './part.js';
export { builtInOptim } from './parts.js';
export type { OptimParts } from './parts.js';
export { optimizerStates } from './states.js';
export type { OptimizerState } from './states.js';
export { isTrained } from './trained.js';
export type { TrainedParameter } from './trained.js';
export { optimizerUpdates } from './updates.js';
