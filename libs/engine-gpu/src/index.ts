export { createGpuEngine } from './gpu-engine.js';
export type { GpuEngine } from './gpu-engine.js';
export type { GpuMode } from './gpu-js.js';
export { GPU_MODES, probeGpu } from './probe.js';
export type { GpuProbe } from './probe.js';
