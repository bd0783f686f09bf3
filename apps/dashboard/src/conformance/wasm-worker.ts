// Runs the conformance suite on the WebAssembly engine where the page trains with it: in a Web Worker.
import type { Engine } from '@grokscope/engine';
import { createWasmEngine } from '@grokscope/engine-wasm';
import { conformanceCases } from '@grokscope/engine/testing';
import { threadsFor } from '../trainer/threads.js';
import { explain, outcomeOf, type Outcome } from './outcome.js';
import { trainingCases } from './training-case.js';

/**
 * What the worker sends to the page, in this order: the engine, each case, the end; or the reason why there is no
 * engine.
 */
export type FromWasmWorker =
  | { readonly type: 'engine'; readonly who: string; readonly threads: number; readonly cases: number }
  | { readonly type: 'case'; readonly outcome: Outcome }
  | { readonly type: 'done' }
  | { readonly type: 'unavailable'; readonly message: string };

const post = (message: FromWasmWorker): void => self.postMessage(message);

/**
 * Cases for one engine. A browser reserves gigabytes of addresses for each shared memory, of which it has room for
 * about a hundred, and releases them when every thread that knew the memory has collected its garbage or ended.
 * Sleeping helpers do not collect garbage, and Chromium waits two seconds before it ends a sleeping one.
 */
const CASES_AN_ENGINE = 64;
const HELPERS_END_MS = 2500;

const cases = [...conformanceCases, ...trainingCases];

const machine = { isolated: self.crossOriginIsolated, cores: navigator.hardwareConcurrency };
const createEngine = (): Promise<Engine> => createWasmEngine({ threads: threadsFor(machine) });

async function runSuite(): Promise<void> {
  let engine = await createEngine();
  const { name, threads, relaxedSimd } = engine;
  const simd = relaxedSimd ? 'relaxed SIMD' : 'SIMD';
  const page = machine.isolated ? 'an isolated page' : 'a page that is not isolated';
  const who = `${name} ×${threads} (${simd}, in a worker of ${page})`;
  post({ type: 'engine', who, threads, cases: cases.length });
  for (const [i, conformanceCase] of cases.entries()) {
    if (i > 0 && i % CASES_AN_ENGINE === 0) {
      await engine.dispose();
      if (threads > 1) await new Promise((resolve) => setTimeout(resolve, HELPERS_END_MS));
      engine = await createEngine();
    }
    post({ type: 'case', outcome: await outcomeOf(engine, conformanceCase) });
  }
  await engine.dispose();
  post({ type: 'done' });
}

runSuite().catch((error: unknown) => post({ type: 'unavailable', message: explain(error) }));
