import { EngineError } from '@grokscope/engine';

// Thread 0 is the caller's; this file starts the others and drives them all. What a helper does: thread-worker.js.

/** Byte address of the barrier (three i32) in every program's memory. */
export const GATE = 64;

/** Words of the control block; the same numbers stand in thread-worker.js. */
const GENERATION = 0;
const COMMAND = 1;
const PROGRAM = 2;
const OFFSET = 3;
const COUNT = 4;
const RUN = 1;
const LISTEN = 2;

type Run = (program: number, count: number, thread: number, threads: number, gate: number) => void;

/** A memory that all threads run programs in. */
export interface LoadedProgram {
  /** Runs `count` instructions at a byte offset on all threads and returns when they are done. */
  run(offset: number, count: number): void;
  release(): Promise<void>;
}

/** Threads that run the same programs together. */
export interface Crew {
  readonly threads: number;
  load(memory: WebAssembly.Memory): Promise<LoadedProgram>;
  dispose(): Promise<void>;
}

/** True where several threads can share a memory and this one may block: not on a page's main thread. */
export function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer !== 'function' || globalThis.crossOriginIsolated === false) return false;
  try {
    // Returns at once, for the values differ; throws where blocking is not allowed.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

/** The caller's thread alone. */
export function createLoneCrew(module: WebAssembly.Module): Crew {
  return {
    threads: 1,
    load: async (memory) => {
      const run = await instantiate(module, memory);
      return { run: (offset, count) => run(offset, count, 0, 1, GATE), release: async () => {} };
    },
    dispose: async () => {},
  };
}

/** The caller's thread and `threads − 1` helpers, which neither burn time nor keep the process alive while idle. */
export async function createCrew(module: WebAssembly.Module, threads: number): Promise<Crew> {
  const control = new Int32Array(new SharedArrayBuffer(64));
  const helpers = Array.from({ length: threads - 1 }, startHelper);
  let listening = true;
  let nextProgram = 1;
  let lost: EngineError | undefined;

  const command = (kind: number): void => {
    control[COMMAND] = kind;
    Atomics.add(control, GENERATION, 1);
    Atomics.notify(control, GENERATION);
  };
  /** Sends each helper its message and waits for all answers. */
  const tell = async (message: (thread: number) => unknown): Promise<void> => {
    const answers = helpers.map((helper, i) => helper.ask(message(i + 1)));
    if (!listening) command(LISTEN);
    listening = true;
    await Promise.all(answers);
    listening = false;
  };
  let queue: Promise<unknown> = tell((thread) => ({ type: 'start', control: control.buffer, thread, threads, gate: GATE }));
  const tellInTurn = (message: unknown): Promise<void> => {
    const told = queue.then(() => tell(() => message));
    queue = told.catch(() => {});
    return told;
  };
  const terminate = async (): Promise<void> => {
    await Promise.all(helpers.map((helper) => helper.terminate()));
  };
  await queue.catch(async (error: unknown) => {
    await terminate();
    throw error;
  });

  return {
    threads,
    async load(memory) {
      const run = await instantiate(module, memory);
      const program = nextProgram++;
      await tellInTurn({ type: 'load', program, module, memory });
      return {
        run(offset, count) {
          if (lost) throw lost;
          if (listening) throw new EngineError('Lost', 'run() while a program is being compiled or disposed: await that first');
          control[PROGRAM] = program;
          control[OFFSET] = offset;
          control[COUNT] = count;
          command(RUN);
          try {
            run(offset, count, 0, threads, GATE);
          } catch (error) {
            Atomics.store(new Int32Array(memory.buffer), GATE / 4 + 2, 1);
            lost = new EngineError('Lost', `a thread of the wasm engine failed (${String(error)}); create a new engine`);
            throw lost;
          }
        },
        release: () => (lost ? Promise.resolve() : tellInTurn({ type: 'release', program })),
      };
    },
    async dispose() {
      lost ??= new EngineError('Lost', 'the wasm engine is disposed');
      await terminate();
    },
  };
}

async function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Promise<Run> {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  return exports.run as Run;
}

interface Helper {
  /** Resolves when the helper has dealt with the message; rejects if it dies. */
  ask(message: unknown): Promise<void>;
  terminate(): Promise<void>;
}

function startHelper(): Helper {
  const inNode = typeof process === 'object' && Boolean(process.versions?.node);
  return inNode ? startInNode() : startInBrowser();
}

const died = (error: unknown): EngineError =>
  new EngineError('Unavailable', `a helper thread of the wasm engine could not work: ${String(error)}`);

function startInNode(): Helper {
  const { Worker: NodeWorker } = process.getBuiltinModule('node:worker_threads');
  const worker = new NodeWorker(new URL(/* @vite-ignore */ './thread-worker.js', import.meta.url));
  worker.unref();
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void) => {
          worker.off('message', answered).off('error', failed);
          worker.unref();
          done();
        };
        const answered = () => settle(resolve);
        const failed = (error: unknown) => settle(() => reject(died(error)));
        worker.ref();
        worker.on('message', answered).on('error', failed);
        worker.postMessage(message);
      }),
    terminate: async () => void (await worker.terminate()),
  };
}

function startInBrowser(): Helper {
  const worker = new Worker(new URL('./thread-worker.js', import.meta.url), { type: 'module' });
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => reject(died(event.message));
        worker.postMessage(message);
      }),
    terminate: async () => worker.terminate(),
  };
}
