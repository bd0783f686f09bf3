export { adamWUpdates, HYPER_INPUT, hyperAt, learningRateAt, momentNames } from './adam-w.js';
export type { Trained } from './adam-w.js';
