import { EngineError } from '@grokscope/engine';
import {
  COMMAND,
  COUNT,
  GATE,
  GENERATION,
  LISTEN,
  OFFSET,
  PROGRAM,
  reportFailure,
  RUN,
} from './control-block.js';
import { startHelper, type Helper } from './helper.js';

// Thread 0 is the caller's; this file drives it and the helpers. The helpers' code is in thread-worker.js.

type Run = (program: number, count: number, thread: number, threads: number, gate: number) => void;

/** A memory in which all threads run programs. */
export interface LoadedProgram {
  /**
   * A promise to await before `run`, while helpers are being told of other programs; undefined if nothing is pending.
   */
  busy(): Promise<void> | undefined;
  /** Runs `count` instructions from a byte offset on all threads and returns when they are done. */
  run(offset: number, count: number): void;
  release(): Promise<void>;
}

/** Threads that run the same programs together. */
export interface Crew {
  readonly threads: number;
  load(memory: WebAssembly.Memory): Promise<LoadedProgram>;
  dispose(): Promise<void>;
}

/** True if several threads can share a memory and this one may block: not on a page's main thread. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer !== 'function' || globalThis.crossOriginIsolated === false) return false;
  try {
    // Returns at once, since the values differ; throws where blocking is not allowed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs on the caller's thread only. */
export function createLoneCrew(module: WebAssembly.Module): Crew {
  return {
    threads: 1,
    load: async (memory) => {
      const run = await instantiate(module, memory);
      return {
        busy: () => undefined,
        run: (offset, count) => run(offset, count, 0, 1, GATE),
        release: async () => {},
      };
    },
    dispose: async () => {},
  };
}

/**
 * Runs on the caller's thread and `threads − 1` helpers, which use no processor time and do not keep the process alive
 * while idle.
 */
export async function createCrew(module: WebAssembly.Module, threads: number): Promise<Crew> {
  const crew = new HelpedCrew(module, threads);
  try {
    await crew.start();
    return crew;
  } catch (error) {
    await crew.dispose();
    throw error;
  }
}

class HelpedCrew implements Crew {
  readonly threads: number;
  readonly #module: WebAssembly.Module;
  readonly #control = new Int32Array(new SharedArrayBuffer(64));
  readonly #helpers: readonly Helper[];
  /** True while helpers read messages instead of waiting for commands. */
  #listening = true;
  /** Messages are sent one at a time. */
  #queue: Promise<void> = Promise.resolve();
  #programs = 0;
  /** The reason why no program can run any more. */
  #lost: EngineError | undefined;

  constructor(module: WebAssembly.Module, threads: number) {
    this.threads = threads;
    this.#module = module;
    this.#helpers = Array.from({ length: threads - 1 }, () => startHelper((error) => (this.#lost ??= error)));
  }

  start(): Promise<void> {
    const { threads } = this;
    return this.#tell((thread) => ({ type: 'start', control: this.#control.buffer, thread, threads }));
  }

  async load(memory: WebAssembly.Memory): Promise<LoadedProgram> {
    const run = await instantiate(this.#module, memory);
    const program = ++this.#programs;
    await this.#tell(() => ({ type: 'load', program, module: this.#module, memory }));
    return {
      busy: () => (this.#listening && !this.#lost ? this.#queue : undefined),
      run: (offset, count) => this.#run(program, offset, count, run, memory),
      release: () => this.#release(program),
    };
  }

  /** Helpers that have ended have nothing to release. */
  async #release(program: number): Promise<void> {
    await this.#tell(() => ({ type: 'release', program })).catch((error: unknown) => {
      if (!this.#lost) throw error;
    });
  }

  async dispose(): Promise<void> {
    this.#lost ??= new EngineError('Lost', 'the wasm engine is disposed');
    await Promise.all(this.#helpers.map((helper) => helper.terminate()));
  }

  #run(program: number, offset: number, count: number, run: Run, memory: WebAssembly.Memory): void {
    if (this.#lost) throw this.#lost;
    this.#control[PROGRAM] = program;
    this.#control[OFFSET] = offset;
    this.#control[COUNT] = count;
    this.#command(RUN);
    try {
      run(offset, count, 0, this.threads, GATE);
    } catch (error) {
      reportFailure(memory);
      this.#lost = new EngineError('Lost', `a thread of the wasm engine failed: ${String(error)}`);
      throw this.#lost;
    }
  }

  #command(kind: number): void {
    this.#control[COMMAND] = kind;
    Atomics.add(this.#control, GENERATION, 1);
    Atomics.notify(this.#control, GENERATION);
  }

  /** Sends each helper its message, after all earlier ones, and waits for all replies. */
  #tell(message: (thread: number) => unknown): Promise<void> {
    const told = this.#queue.then(async () => {
      if (this.#lost) throw this.#lost;
      const answers = this.#helpers.map((helper, i) => helper.ask(message(i + 1)));
      if (!this.#listening) this.#command(LISTEN);
      this.#listening = true;
      try {
        await Promise.all(answers);
      } catch (error) {
        // One of them will never accept commands again.
        this.#lost ??= error as EngineError;
        throw error;
      }
      this.#listening = false;
    });
    this.#queue = told.catch(() => {});
    return told;
  }
}

async function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Run> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports.run as Run;
}
