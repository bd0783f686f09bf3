import { EngineError } from '@grokscope/engine';
import { createGpuEngine } from './gpu-engine.js';
import type { GpuMode } from './gpu-js.js';

/**
 * The modes in order of preference: WebGPU if an adapter is available, otherwise WebGL 2, otherwise headless GL in
 * Node.
 */
export const GPU_MODES: readonly GpuMode[] = ['webgpu', 'webgl2', 'headlessgl'];

/**
 * Whether one mode works on this machine: if so, `why` names the executor and the driver; otherwise it says what is
 * missing.
 */
export interface GpuProbe {
  readonly name: `gpu:${GpuMode}`;
  readonly available: boolean;
  readonly why: string;
}

/**
 * Tries every mode by computing something small. Never rejects; frees what it opened. In Node it acquires the package
 * `gl` for this thread, so a process that trains in a worker thread must probe there or in a process of its own.
 */
export async function probeGpu(): Promise<readonly GpuProbe[]> {
  const probes: GpuProbe[] = [];
  for (const mode of GPU_MODES) probes.push(await probe(mode));
  return probes;
}

async function probe(mode: GpuMode): Promise<GpuProbe> {
  const name = `gpu:${mode}` as const;
  try {
    const engine = await createGpuEngine({ mode });
    const why = `${engine.executor} on ${engine.hardware}`;
    await engine.dispose();
    return { name, available: true, why };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const prefix = `${name} is unavailable: `;
    const why =
      error instanceof EngineError && message.startsWith(prefix) ? message.slice(prefix.length) : message;
    return { name, available: false, why };
  }
}
