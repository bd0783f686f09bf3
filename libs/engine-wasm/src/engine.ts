import { EngineError } from '@grokscope/engine';
import type { Engine, Functions, Program } from '@grokscope/engine';
import { loadKernels, type Binaries, type Kernels } from './binaries.js';
import { planProgram, type Plan } from './plan/plan.js';
import { WasmProgram } from './program.js';
import { canShareMemory, createCrew, createLoneCrew, type Crew } from './threads.js';

/** How a WebAssembly engine is to be started; every option has a default. */
export interface WasmEngineOptions {
  /**
   * Threads that compute, the caller's among them: 1 (the default) to 64. Always one if memory cannot be shared (a page
   * without cross-origin isolation) or the caller may not block (a page's main thread); `Engine.threads` reports the
   * actual number.
   */
  readonly threads?: number;
  /**
   * Fused multiply-add: `'auto'` (the default) uses it if the runtime supports it. The same setting gives the same
   * bits.
   */
  readonly relaxedSimd?: boolean | 'auto';
  /** Kernels loaded by the caller, for environments that cannot reach this package's files. */
  readonly binaries?: Binaries;
}

const PAGE = 65536;
const MAX_PAGES = 65536;
/** The largest number of threads of an engine. */
export const MAX_THREADS = 64;

/**
 * The WebAssembly engine: float32, SIMD, threads over one shared memory. Results are reproducible to the bit. Rejects
 * with `EngineError`: `Unsupported` for a number of threads out of range, `Unavailable` if SIMD, the required relaxed
 * SIMD or the compiled kernels are missing.
 */
export async function createWasmEngine(options: WasmEngineOptions = {}): Promise<Engine> {
  const { threads = 1, relaxedSimd = 'auto', binaries = {} } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)
    throw new EngineError('Unsupported', `threads: ${threads}; allowed are integers 1 to ${MAX_THREADS}`);
  const shared = threads > 1 && canShareMemory();
  const kernels = await loadKernels(shared, relaxedSimd, binaries);
  const crew = shared ? await createCrew(kernels.module, threads) : createLoneCrew(kernels.module);
  return new WasmEngine(crew, kernels, shared);
}

class WasmEngine implements Engine {
  readonly name = 'wasm';
  readonly precision = 'float32';
  readonly threads: number;
  readonly relaxedSimd: boolean;
  readonly #crew: Crew;
  readonly #shared: boolean;
  readonly #programs = new Set<WasmProgram>();
  #disposed = false;

  constructor(crew: Crew, kernels: Kernels, shared: boolean) {
    this.#crew = crew;
    this.#shared = shared;
    this.threads = crew.threads;
    this.relaxedSimd = kernels.relaxedSimd;
  }

  async compile(functions: Functions): Promise<Program> {
    if (this.#disposed) throw new EngineError('Lost', 'the wasm engine is disposed');
    const plan = planProgram(functions, this.threads);
    const memory = allocate(plan, this.#shared);
    const loaded = await this.#crew.load(memory);
    if (this.#disposed) throw new EngineError('Lost', 'the wasm engine is disposed');
    const program = new WasmProgram(plan, memory.buffer, loaded, (p) => this.#programs.delete(p));
    this.#programs.add(program);
    return program;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    try {
      await Promise.all([...this.#programs].map((program) => program.dispose()));
    } finally {
      await this.#crew.dispose();
    }
  }
}

/** A memory of exactly the planned size, all zero. */
function allocate({ bytes }: Plan, shared: boolean): WebAssembly.Memory {
  const pages = Math.ceil(bytes / PAGE);
  const tooLarge = `the program needs ${Math.ceil(bytes / 2 ** 20)} MiB`;
  if (pages > MAX_PAGES)
    throw new EngineError('OutOfMemory', `${tooLarge}; a WebAssembly memory holds 4096 MiB`);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (error) {
    throw new EngineError('OutOfMemory', `${tooLarge}, which the runtime refused: ${String(error)}`);
  }
}
