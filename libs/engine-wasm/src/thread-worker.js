// A helper thread of the engine, in Node (worker_threads) and in browsers (Web Worker) alike; started by threads.ts.
// Plain JavaScript, because Node cannot load TypeScript in a worker. Between runs it sleeps in Atomics.wait, where no
// message can reach it; the command LISTEN makes it return to its event loop for one message.
import { COMMAND, COUNT, GATE, GENERATION, OFFSET, PROGRAM, reportFailure, RUN } from './control-block.js';

/** Polls for the next command before sleeping: a few microseconds, the time between two runs of a chunk of steps. */
const POLLS = 2000;

/**
 * @typedef {{ type: 'start', control: SharedArrayBuffer, thread: number, threads: number }} Start
 * @typedef {{ type: 'load', program: number, module: WebAssembly.Module, memory: WebAssembly.Memory }} Load
 * @typedef {{ type: 'release', program: number }} Release
 * @typedef {(program: number, count: number, thread: number, threads: number, gate: number) => void} Run
 */

/** @type {Start} */
let start;
/** @type {Int32Array} */
let control;
/** @type {Map<number, { run: Run, memory: WebAssembly.Memory }>} */
const programs = new Map();

const inNode = typeof process === 'object' && Boolean(process.versions?.node);
/** @typedef {{ postMessage: (message: unknown) => void, onmessage: unknown }} Port */
const port = /** @type {Port} */ (
  /** @type {unknown} */ (inNode ? process.getBuiltinModule('node:worker_threads').parentPort : globalThis)
);

port.onmessage = (/** @type {{ data: Start | Load | Release }} */ { data }) => {
  handle(data);
  // Read before replying: no command can come before the reply, so none is missed.
  const seen = Atomics.load(control, GENERATION);
  port.postMessage('done');
  serve(seen);
};

/** @param {Start | Load | Release} message */
function handle(message) {
  if (message.type === 'start') {
    start = message;
    control = new Int32Array(message.control);
  } else if (message.type === 'load') {
    const { module, memory, program } = message;
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    programs.set(program, { run: /** @type {Run} */ (exports.run), memory });
  } else programs.delete(message.program);
}

/**
 * Runs programs until told to listen.
 * @param {number} seen the last generation dealt with
 */
function serve(seen) {
  for (;;) {
    for (let i = 0; i < POLLS && Atomics.load(control, GENERATION) === seen; i++);
    while (Atomics.load(control, GENERATION) === seen) Atomics.wait(control, GENERATION, seen);
    seen = Atomics.load(control, GENERATION);
    if (control[COMMAND] !== RUN) return;
    runShare();
  }
}

function runShare() {
  const { thread, threads } = start;
  const program = programs.get(control[PROGRAM]);
  if (!program) throw new Error(`thread ${thread}: program ${control[PROGRAM]} was never loaded`);
  try {
    program.run(control[OFFSET], control[COUNT], thread, threads, GATE);
  } catch (error) {
    // The others wait at the barrier for this thread: release them, then fail visibly.
    reportFailure(program.memory);
    throw error;
  }
}
