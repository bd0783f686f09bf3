import { availableParallelism } from 'node:os';
import { createReferenceEngine, EngineError, type Engine } from '@grokscope/engine';
import { createGpuEngine, probeGpu, type GpuMode } from '@grokscope/engine-gpu';
import { createWasmEngine } from '@grokscope/engine-wasm';

/** What a user may ask for; `gpu` is whichever GPU mode works here, `auto` the fastest engine that does. */
export const engineChoices = ['auto', 'wasm', 'gpu', 'reference'] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** An engine with the reason it was taken, for the `started` event. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly why: string;
}

/** One engine as `grokscope engines` lists it. */
export interface EngineReport {
  readonly name: string;
  readonly available: boolean;
  readonly why: string;
}

const MAX_THREADS = 4;

/** Threads of a run that does not say: one a core, four at most. */
export const defaultThreads = (): number => Math.min(MAX_THREADS, availableParallelism());

/** Every engine, with what it is or why it cannot run here. */
export async function listEngines(): Promise<readonly EngineReport[]> {
  const gpu = await probeGpu();
  return [
    await probeWasm(),
    ...gpu.map(({ name, available, why }) => ({ name, available, why })),
    { name: 'reference', available: true, why: 'float64 in plain loops: exact and slow, one thread' },
  ];
}

/**
 * Makes the engine a run asked for. Rejects with `EngineError` (Unavailable, with the reason) rather than falling
 * back in silence; `auto` falls back and says so.
 */
export async function chooseEngine(choice: EngineChoice, threads = defaultThreads()): Promise<ChosenEngine> {
  switch (choice) {
    case 'wasm':
      return { engine: await createWasmEngine({ threads }), why: 'asked for' };
    case 'reference':
      return { engine: createReferenceEngine(), why: 'asked for: float64, one thread' };
    case 'gpu':
      return chooseGpu();
    case 'auto':
      return chooseAuto(threads);
    default:
      return choice satisfies never;
  }
}

async function chooseAuto(threads: number): Promise<ChosenEngine> {
  try {
    const engine = await createWasmEngine({ threads });
    const simd = engine.relaxedSimd ? 'SIMD with fused multiply-add' : 'SIMD';
    return { engine, why: `chosen automatically: WebAssembly ${simd} runs here` };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return {
      engine: createReferenceEngine(),
      why: `chosen automatically: WebAssembly cannot be used (${error.message}), so this is slow`,
    };
  }
}

async function chooseGpu(): Promise<ChosenEngine> {
  const modes = await probeGpu();
  const found = modes.find((mode) => mode.available);
  if (!found) {
    const reasons = modes.map(({ name, why }) => `${name}: ${why}`).join('; ');
    throw new EngineError('Unavailable', `no GPU engine works here (${reasons}); use wasm`);
  }
  const mode = found.name.replace('gpu:', '') as GpuMode;
  return { engine: await createGpuEngine({ mode }), why: `asked for: ${found.why}` };
}

async function probeWasm(): Promise<EngineReport> {
  try {
    const engine = await createWasmEngine({ threads: 1 });
    await engine.dispose();
    const madd = engine.relaxedSimd ? 'with' : 'without';
    return {
      name: 'wasm',
      available: true,
      why: `float32 SIMD ${madd} fused multiply-add, ${defaultThreads()} threads`,
    };
  } catch (error) {
    return { name: 'wasm', available: false, why: error instanceof Error ? error.message : String(error) };
  }
}
