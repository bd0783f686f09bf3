export { createWasmEngine, MAX_THREADS } from './engine.js';
export type { WasmEngineOptions } from './engine.js';
export type { Binaries, BinaryName } from './binaries.js';
