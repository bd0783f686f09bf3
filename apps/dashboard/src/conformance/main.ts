/**
 * Runs the engines' conformance suite on this browser's GPU, `conformance.html?mode=webgl2` or `?mode=webgpu`, or on
 * the WebAssembly engine in a worker, `?mode=wasm`. For users who want to know whether a machine computes correctly,
 * and for the end-to-end tests. It is not a benchmark.
 */
import { conformanceCases, type ConformanceCase } from '@grokscope/engine/testing';
import { createGpuEngine, GPU_MODES, probeGpu, type GpuMode } from '@grokscope/engine-gpu';
import { explain, outcomeOf, type Outcome } from './outcome.js';
import { trainingCases } from './training-case.js';
import type { FromWasmWorker } from './wasm-worker.js';

const CASES: readonly ConformanceCase[] = [...conformanceCases, ...trainingCases];

/** The values of `body[data-state]`; the tests wait for one of the last four. */
type State = 'running' | 'choose' | 'passed' | 'failed' | 'unavailable';

const find = <E extends Element>(selector: string): E => document.querySelector<E>(selector)!;

function show(state: State, text: string): void {
  document.body.dataset['state'] = state;
  find('#status').textContent = text;
}

const element = (name: string, text: string): HTMLElement =>
  Object.assign(document.createElement(name), { textContent: text });

/** The modes of this browser, each with a link to its run or the reason why it is missing. */
async function listModes(): Promise<void> {
  const list = document.createElement('ul');
  for (const { name, available, why } of await probeGpu()) {
    const item = document.createElement('li');
    const mode = name.slice('gpu:'.length);
    item.append(
      available
        ? Object.assign(document.createElement('a'), { href: `?mode=${mode}`, textContent: name })
        : element('strong', name),
      ` ${available ? why : `unavailable: ${why}`}`,
    );
    list.append(item);
  }
  find('nav').replaceChildren(list);
  show('choose', 'Choose a mode to run the suite on it.');
}

/** Adds the row of a case. */
function addRow({ name, passed, error, time, verdict }: Outcome): void {
  find<HTMLTableElement>('table').hidden = false;
  const row = document.createElement('tr');
  row.dataset['verdict'] = passed ? 'passed' : 'failed';
  row.append(...[name, error, time, verdict].map((text) => element('td', text)));
  find('tbody').append(row);
}

/** WebGL runs synchronously, so that without a pause nothing would be shown before the end. */
const pageHasItsTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function runSuite(mode: GpuMode): Promise<void> {
  const engine = await createGpuEngine({ mode });
  const who = `${engine.name} (${engine.executor} on ${engine.hardware})`;
  document.body.dataset['executor'] = engine.executor;
  const start = performance.now();
  let passed = 0;
  for (const [i, conformanceCase] of CASES.entries()) {
    show('running', `${who}: case ${i + 1} of ${CASES.length} …`);
    await pageHasItsTurn();
    const outcome = await outcomeOf(engine, conformanceCase);
    addRow(outcome);
    if (outcome.passed) passed++;
  }
  await engine.dispose();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  show(
    passed === CASES.length ? 'passed' : 'failed',
    `${who}: ${passed} of ${CASES.length} cases passed in ${seconds} s.`,
  );
}

/** The same suite on the WebAssembly engine, in a worker like the trainer of this page. */
function runWasmSuite(): void {
  find('h1').textContent = 'Does WebAssembly compute right here?';
  const worker = new Worker(new URL('./wasm-worker.ts', import.meta.url), { type: 'module' });
  const start = performance.now();
  let who = 'wasm';
  let cases = 0;
  const outcomes: Outcome[] = [];
  const take = (message: FromWasmWorker): void => {
    switch (message.type) {
      case 'engine':
        ({ who, cases } = message);
        document.body.dataset['threads'] = String(message.threads);
        return;
      case 'case':
        outcomes.push(message.outcome);
        addRow(message.outcome);
        return show('running', `${who}: ${outcomes.length} of ${cases} cases …`);
      case 'done': {
        worker.terminate();
        const passed = outcomes.filter((outcome) => outcome.passed).length;
        const seconds = ((performance.now() - start) / 1000).toFixed(1);
        const verdict = `${who}: ${passed} of ${cases} cases passed in ${seconds} s.`;
        return show(passed === cases ? 'passed' : 'failed', verdict);
      }
      case 'unavailable':
        worker.terminate();
        return show('unavailable', message.message);
      default:
        return message satisfies never;
    }
  };
  worker.onmessage = ({ data }: MessageEvent<FromWasmWorker>) => take(data);
  worker.onerror = ({ message }) =>
    take({ type: 'unavailable', message: message || 'The script of the worker could not be loaded.' });
}

const asked = new URLSearchParams(location.search).get('mode');
const mode = GPU_MODES.find((known) => known === asked);
if (mode) await runSuite(mode).catch((error: unknown) => show('unavailable', explain(error)));
else if (asked === 'wasm') runWasmSuite();
else if (asked === null) await listModes();
else show('unavailable', `There is no mode “${asked}”; the modes are ${[...GPU_MODES, 'wasm'].join(', ')}.`);
