/**
 * Runs the engines' conformance suite on this browser's GPU: `conformance.html?mode=webgl2` or `?mode=webgpu`.
 * For people who wonder whether a machine computes right, and for the end-to-end tests. It is no benchmark.
 */
import { conformanceCases, type ConformanceCase } from '@grokscope/engine/testing';
import { createGpuEngine, GPU_MODES, probeGpu, type GpuEngine, type GpuMode } from '@grokscope/engine-gpu';

/** What `body[data-state]` says; the tests wait for one of the last four. */
type State = 'running' | 'choose' | 'passed' | 'failed' | 'unavailable';

const find = <E extends Element>(selector: string): E => document.querySelector<E>(selector)!;

function show(state: State, text: string): void {
  document.body.dataset['state'] = state;
  find('#status').textContent = text;
}

const element = (name: string, text: string): HTMLElement =>
  Object.assign(document.createElement(name), { textContent: text });

const explain = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Which modes this browser has, each a link to its run or the reason why not. */
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

/** Adds the case's row; true if it passed. */
async function runCase(engine: GpuEngine, { name, run }: ConformanceCase, body: Element): Promise<boolean> {
  const start = performance.now();
  const outcome = await run(engine).then(
    ({ worstError }) => ({ passed: true, error: worstError.toExponential(1), verdict: 'passed' }),
    (error: unknown) => ({ passed: false, error: '', verdict: `failed: ${explain(error)}` }),
  );
  const row = document.createElement('tr');
  row.dataset['verdict'] = outcome.passed ? 'passed' : 'failed';
  const time = `${(performance.now() - start).toFixed(0)} ms`;
  row.append(...[name, outcome.error, time, outcome.verdict].map((text) => element('td', text)));
  body.append(row);
  return outcome.passed;
}

async function runSuite(mode: GpuMode): Promise<void> {
  const engine = await createGpuEngine({ mode });
  const who = `${engine.name} (${engine.executor} on ${engine.hardware})`;
  document.body.dataset['executor'] = engine.executor;
  find<HTMLTableElement>('table').hidden = false;
  const start = performance.now();
  let passed = 0;
  for (const [i, conformanceCase] of conformanceCases.entries()) {
    show('running', `${who}: case ${i + 1} of ${conformanceCases.length} …`);
    if (await runCase(engine, conformanceCase, find('tbody'))) passed++;
  }
  await engine.dispose();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  show(
    passed === conformanceCases.length ? 'passed' : 'failed',
    `${who}: ${passed} of ${conformanceCases.length} cases passed in ${seconds} s.`,
  );
}

const asked = new URLSearchParams(location.search).get('mode');
const mode = GPU_MODES.find((known) => known === asked);
if (mode) await runSuite(mode).catch((error: unknown) => show('unavailable', explain(error)));
else if (asked === null) await listModes();
else show('unavailable', `There is no mode “${asked}”; the modes are ${GPU_MODES.join(', ')}.`);
