export { HYPER_INPUT, hyperAt, hyperSize, learningRateAt } from './hyper.js';
export { isMatrix } from './muon.js';
export { optimizerStates } from './states.js';
export type { OptimizerState } from './states.js';
export type { Trained } from './trained.js';
export { optimizerUpdates } from './updates.js';
