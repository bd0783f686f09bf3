export type { Engine, EngineName, Feed, Functions, Program, Values } from './contract.js';
export { EngineError } from './errors.js';
export { checkFeeds, findFunction, findPersistent, persistentTensors } from './persistent.js';
export type { PersistentTensor } from './persistent.js';
export { createReferenceEngine } from './reference/reference-engine.js';
