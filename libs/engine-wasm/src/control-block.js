// The few words with which thread 0 commands the helpers. Plain JavaScript, because thread-worker.js needs it.

/** Counts commands; helpers sleep on it. */
export const GENERATION = 0;
/** `RUN` or `LISTEN`. */
export const COMMAND = 1;
/** For `RUN`: the program's number, the first instruction's byte address, the number of instructions. */
export const PROGRAM = 2;
export const OFFSET = 3;
export const COUNT = 4;

/** Run instructions. */
export const RUN = 1;
/** Return to the event loop, where a message waits. */
export const LISTEN = 2;

/** Byte address of the barrier in every program's memory: three i32, of which the last is set when a thread failed. */
export const GATE = 64;

/**
 * Tells threads that wait at a memory's barrier that another one failed.
 * @param {WebAssembly.Memory} memory
 */
export function reportFailure(memory) {
  Atomics.store(new Int32Array(memory.buffer), GATE / 4 + 2, 1);
}
