import { EngineError } from '@grokscope/engine';

/** A helper thread as seen by its engine. */
export interface Helper {
  /** Resolves when the helper has processed the message; rejects with `EngineError` if it dies instead. */
  ask(message: unknown): Promise<void>;
  terminate(): Promise<void>;
}

/** Starts thread-worker.js as a thread of Node that does not keep the process alive, or as a Web Worker. */
export function startHelper(onFailure: (error: EngineError) => void): Helper {
  const inNode = typeof process === 'object' && Boolean(process.versions?.node);
  return inNode ? startInNode(onFailure) : startInBrowser(onFailure);
}

const died = (error: unknown): EngineError =>
  new EngineError('Lost', `a helper thread of the wasm engine failed: ${String(error)}`);

function startInNode(onFailure: (error: EngineError) => void): Helper {
  const { Worker: NodeWorker } = process.getBuiltinModule('node:worker_threads');
  // Without the parent's flags: some, such as --input-type of `node -e`, are invalid for a file.
  const options = { execArgv: [] };
  const worker = new NodeWorker(new URL(/* @vite-ignore */ './thread-worker.js', import.meta.url), options);
  let isEnding = false;
  worker.unref();
  worker.on('error', (error) => onFailure(died(error)));
  worker.on('exit', () => {
    if (!isEnding) onFailure(died('it ended'));
  });
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        const settle = (done: () => void) => {
          worker.off('message', answered).off('error', failed).off('exit', ended);
          worker.unref();
          done();
        };
        const answered = () => settle(resolve);
        const failed = (error: unknown) => settle(() => reject(died(error)));
        const ended = () => failed('it ended before it answered');
        // The helper may keep the process alive only while a reply is awaited.
        worker.ref();
        worker.on('message', answered).on('error', failed).on('exit', ended);
        worker.postMessage(message);
      }),
    terminate: async () => {
      isEnding = true;
      await worker.terminate();
    },
  };
}

function startInBrowser(onFailure: (error: EngineError) => void): Helper {
  const worker = new Worker(new URL('./thread-worker.js', import.meta.url), { type: 'module' });
  let pending: ((error: EngineError) => void) | undefined;
  const fail = (error: EngineError) => {
    onFailure(error);
    pending?.(error);
  };
  worker.onerror = (event) => fail(died(event.message));
  return {
    ask: (message) =>
      new Promise((resolve, reject) => {
        pending = reject;
        worker.onmessage = () => {
          pending = undefined;
          resolve();
        };
        worker.postMessage(message);
      }),
    terminate: async () => {
      worker.terminate();
      pending?.(died('it was ended before it answered'));
    },
  };
}
