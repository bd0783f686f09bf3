// The Web Worker of a run in the page: connects the trainer to the page's messages and to the WebAssembly engine.
import { createWasmEngine } from '@grokscope/engine-wasm';
import type { ToTrainer } from './protocol.js';
import { createTrainer } from './trainer.js';

const take = createTrainer({
  machine: { isolated: self.crossOriginIsolated, cores: navigator.hardwareConcurrency },
  createEngine: (threads) => createWasmEngine({ threads }),
  post: (message, transfer = []) => self.postMessage(message, { transfer }),
});
self.onmessage = ({ data }: MessageEvent<ToTrainer>) => take(data);
