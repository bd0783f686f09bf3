// Gives jax-js in Node what a browser gives it, so that it is measured at its best: threads and relaxed SIMD.
// To be called before jax-js is imported, which looks once. Not a general Web Worker.
import { resolveObjectURL } from 'node:buffer';
import v8 from 'node:v8';
import { Worker as NodeWorker } from 'node:worker_threads';

/** What a Web Worker's script finds in its global scope, and nothing more than jax-js's own script uses. */
const PRELUDE = `
const { parentPort } = require('node:worker_threads');
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`;

/** A Web Worker made from a blob's URL, on a thread of Node's. */
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
      // Once it runs, messages go straight to it: a promise in between would cost every kernel a turn.
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
 * @param {number} threads 1: as Node is, without workers
 */
export function prepareForJaxJs(threads) {
  // Behind a flag in Node 20, on by itself later.
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (threads === 1) return;
  Object.assign(globalThis, { Worker: BlobWorker });
  // Node 20 has no navigator, later ones do not let theirs be set.
  Object.defineProperty(globalThis, 'navigator', {
    value: { hardwareConcurrency: threads },
    configurable: true,
  });
}
