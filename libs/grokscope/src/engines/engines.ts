import { availableParallelism } from 'node:os';
import { createReferenceEngine, EngineError, type Engine, type EngineName } from '@grokscope/engine';
import { createGpuEngine, probeGpu, type GpuMode } from '@grokscope/engine-gpu';
import { createWasmEngine } from '@grokscope/engine-wasm';
import type { EngineReport } from '@grokscope/schema';

/** What a user may ask for: `gpu` is whichever GPU mode works here, `auto` the fastest engine that works here. */
export const engineChoices = ['auto', 'wasm', 'gpu', 'reference'] as const;
/** An engine as a user names it. */
export type EngineChoice = (typeof engineChoices)[number];
/** Also the exact engine that a run had before. */
export type ExactEngineChoice = EngineChoice | EngineName;

/** An engine and the reason for choosing it, for the `started` event. */
export interface ChosenEngine {
  readonly engine: Engine;
  readonly why: string;
}

const USUAL_THREADS = 4;

/** Threads of a run that names no number: one a core, four at most. */
export const defaultThreads = (): number => Math.min(USUAL_THREADS, availableParallelism());

/** Lists every engine, with a description or the reason why it cannot run here. */
export async function listEngines(): Promise<readonly EngineReport[]> {
  const gpu = await probeGpu();
  return [
    await probeWasm(),
    ...gpu.map(({ name, available, why }) => ({ name, available, why })),
    { name: 'reference', available: true, why: 'float64 in plain loops: exact and slow, one thread' },
  ];
}

/** Returns the milliseconds that a step of the run in question takes on an engine. */
export type Trial = (engine: Engine) => Promise<number>;

/**
 * Creates the engine that a run asks for. If that engine is not available, rejects with `EngineError` (Unavailable,
 * with the reason) and never falls back silently. `auto` times a few steps of the run (`trial`) on each engine except
 * GPUs emulated in software, chooses the fastest, and reports what it measured.
 */
export async function chooseEngine(
  choice: ExactEngineChoice,
  threads = defaultThreads(),
  trial?: Trial,
): Promise<ChosenEngine> {
  switch (choice) {
    case 'wasm':
      return { engine: await createWasmEngine({ threads }), why: 'asked for' };
    case 'reference':
      return { engine: createReferenceEngine(), why: 'asked for: float64, one thread' };
    case 'gpu':
      return chooseGpu();
    case 'gpu:webgpu':
    case 'gpu:webgl2':
    case 'gpu:headlessgl':
      return { engine: await createGpuEngine({ mode: modeOf(choice) }), why: 'asked for' };
    case 'auto':
      return trial ? chooseFastest(threads, trial) : chooseWasm(threads);
    default:
      return choice satisfies never;
  }
}

/** Drivers that compute on the CPU: correct, but slower than the `wasm` engine. */
const SOFTWARE_GPU = /llvmpipe|softpipe|swiftshader|lavapipe|software/i;

async function chooseFastest(threads: number, trial: Trial): Promise<ChosenEngine> {
  const modes = (await probeGpu()).filter(({ available }) => available);
  const hardware = modes.filter(({ why }) => !SOFTWARE_GPU.test(why));
  const left = modes
    .filter((mode) => !hardware.includes(mode))
    .map(({ name }) => `${name} not tried (software)`);
  if (hardware.length === 0) {
    const { engine, why } = await chooseWasm(threads);
    return { engine, why: [why, ...left].join('; ') };
  }
  const makers = [
    () => createWasmEngine({ threads }),
    ...hardware.map(
      ({ name }) =>
        () =>
          createGpuEngine({ mode: modeOf(name) }),
    ),
  ];
  const said: string[] = [];
  let best: { engine: Engine; ms: number } | undefined;
  for (const make of makers) {
    const timed = await timeOn(make, trial, said);
    if (!timed) continue;
    const slower = best && best.ms <= timed.ms ? timed : best;
    best = slower === timed ? best : timed;
    await slower?.engine.dispose();
  }
  if (!best) return chooseWasm(threads);
  const why = `chosen automatically: fastest of ${said.join(', ')}`;
  return { engine: best.engine, why: [why, ...left].join('; ') };
}

async function timeOn(
  make: () => Promise<Engine>,
  trial: Trial,
  said: string[],
): Promise<{ engine: Engine; ms: number } | undefined> {
  let engine: Engine | undefined;
  try {
    engine = await make();
    const ms = await trial(engine);
    said.push(`${engine.name} ${ms.toPrecision(2)} ms a step`);
    return { engine, ms };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (engine) said.push(`${engine.name} cannot run it (${error.message})`);
    await engine?.dispose();
    return undefined;
  }
}

async function chooseWasm(threads: number): Promise<ChosenEngine> {
  try {
    const engine = await createWasmEngine({ threads });
    const simd = engine.relaxedSimd ? 'SIMD with fused multiply-add' : 'SIMD';
    return { engine, why: `chosen automatically: WebAssembly ${simd} runs here, no GPU does` };
  } catch (error) {
    // Only for facts about the machine: a wrong number of threads, for example, is the caller's to correct.
    if (!(error instanceof EngineError) || error._tag !== 'Unavailable') throw error;
    return {
      engine: createReferenceEngine(),
      why: `chosen automatically: WebAssembly cannot be used (${error.message}), so this is slow`,
    };
  }
}

/** The mode in a GPU engine's name. */
export const modeOf = (name: string): GpuMode => name.replace('gpu:', '') as GpuMode;

async function chooseGpu(): Promise<ChosenEngine> {
  const modes = await probeGpu();
  const found = modes.find((mode) => mode.available);
  if (!found) {
    const reasons = modes.map(({ name, why }) => `${name}: ${why}`).join('; ');
    throw new EngineError('Unavailable', `no GPU engine works here (${reasons}); use wasm`);
  }
  return { engine: await createGpuEngine({ mode: modeOf(found.name) }), why: `asked for: ${found.why}` };
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
