// Provides what jax-js would have in a browser, threads and relaxed SIMD, so that it is measured at its best. To be
// called before jax-js is imported, since it checks only once. Not a general Web Worker.
import { resolveObjectURL } from 'node:buffer';
import v8 from 'node:v8';
import { Worker as NodeWorker } from 'node:worker_threads';

/** The global scope of a Web Worker's script, limited to what jax-js's own script uses. */
const PRELUDE = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`;

/** A Web Worker created from a blob's URL, running on a Node thread. */
class BlobWorker {
  /** @type {((event: { data: unknown }) => void) | null} */
  onmessage = null;
  /** @type {((event: { message: string }) => void) | null} */
  onerror = null;
  /** @type {Promise<NodeWorker>} */
  #started;

  /** @param {string} url */
  constructor(url) {
    const blob = resolveObjectURL(url);
    if (blob === undefined) throw new Error(`not a blob's URL: ${url}`);
    this.#started = blob.text().then((source) => {
      const worker = new NodeWorker(PRELUDE + source, { eval: true });
      worker.unref();
      worker.on('message', (data) => this.onmessage?.({ data }));
      worker.on('error', (error) => this.onerror?.({ message: String(error) }));
      // Once it runs, messages go straight to it: a promise in between would cost every kernel a turn of the event
      // loop.
      this.postMessage = (/** @type {unknown} */ message) => worker.postMessage(message);
      return worker;
    });
  }

  /** @param {unknown} message */
  postMessage(message) {
    void this.#started.then((worker) => worker.postMessage(message));
  }
}

/**
 * Prepares the global scope for jax-js.
 * @param {number} threads 1: plain Node, without workers
 */
export function prepareForJaxJs(threads) {
  // Behind a flag in Node 20, enabled by default later.
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (threads === 1) return;
  Object.assign(globalThis, { Worker: BlobWorker });
  // Node 20 has no navigator; later versions do not allow setting theirs.
  Object.defineProperty(globalThis, 'navigator', {
    value: { hardwareConcurrency: threads },
    configurable: true,
  });
}
