// Figures of the store: points written and indexed a second (a point is one value of one metric; a metrics event has
// six), a curve of a million measurements at any zoom, a list of a thousand runs with their last metrics. Prints one JSON object. `node libs/store/bench/store.mjs` after a build.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { decodeStoredSpec } from '@grokscope/schema';
import { createRunFolder, openCatalogue } from '@grokscope/store';

const POINTS = 1_000_000;
const RUNS = 1000;
const METRICS = 6;

/** @template T @param {{ _tag: string, right?: T, left?: unknown }} result @returns {T} */
function right(result) {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left));
  return /** @type {T} */ (result.right);
}

/** @param {() => Promise<unknown>} action */
async function milliseconds(action) {
  const from = performance.now();
  await action();
  return Math.round((performance.now() - from) * 10) / 10;
}

const spec = right(decodeStoredSpec({ name: 'bench', task: { kind: 'modularAddition', p: 5 } }));
/** @param {string} runId @param {number} seq */
const metrics = (runId, seq) => ({
  type: /** @type {const} */ ('metrics'),
  runId,
  seq,
  time: '2026-01-02T03:04:05.000Z',
  step: seq,
  trainLoss: Math.exp(-seq / 1e5) + 1e-3 * Math.sin(seq),
  testLoss: 3 + Math.cos(seq / 1e4),
  trainAccuracy: 0.5,
  testAccuracy: 0.25,
  sumSquaredWeights: 1000 + seq,
  stepsPerSecond: 40.5,
});
/** @param {string} runId */
const recordOf = (runId) => ({
  runId,
  name: 'bench',
  createdAt: '2026-01-02T03:04:05.000Z',
  spec,
  engine: 'wasm',
  threads: 1,
});

/** @param {string} runId */
const ended = (runId, seq = 0) => ({
  ...{ type: /** @type {const} */ ('ended'), runId, seq, time: '2026-01-02T03:04:05.000Z', step: seq - 1 },
  ...{ reason: /** @type {const} */ ('completed'), elapsedMs: 1, stepsPerSecond: 1, message: null },
  ...{ stepMemorized: null, stepGeneralized: null },
  ...{ finalTrainLoss: 1, finalTestLoss: 1, finalTestAccuracy: 1 },
});
/** @param {string} runId @param {readonly object[]} events */
async function writeRun(runId, events) {
  await mkdir(join(runsDir, runId));
  await writeFile(join(runsDir, runId, 'run.json'), JSON.stringify(recordOf(runId)));
  await writeFile(
    join(runsDir, runId, 'events.ndjson'),
    events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  );
}
/** Opens the index like a process that has just started. */
async function openIndex() {
  const { index } = await openCatalogue(runsDir);
  if (index === undefined) throw new Error('there is no index here');
  return index;
}
/** @param {boolean} holds @param {string} what */
function check(holds, what) {
  if (!holds) throw new Error(`wrong before it was timed: ${what}`);
}

const runsDir = await mkdtemp(join(tmpdir(), 'grokscope-bench-'));
try {
  // As runs write: one event after another, each on its way to the disk before the next.
  const written = 50_000;
  const writer = right(await createRunFolder(runsDir, recordOf('written'))());
  const writeMs = await milliseconds(async () => {
    for (let seq = 0; seq < written; seq++) right(await writer.appendEvent(metrics('written', seq))());
  });
  right(await writer.close()());
  const first = await openIndex();
  const indexMs = await milliseconds(async () => right(await first.get('written')()));
  check(right(await first.get('written')()).lastSeq === written - 1, 'the number of events');

  await writeRun(
    'long',
    Array.from({ length: POINTS }, (_, seq) => metrics('long', seq)),
  );
  const rebuildMs = await milliseconds(async () => right(await first.get('long')()));
  first.close();

  /** @type {Record<string, number>} */
  const openMs = {};
  for (const zoom of [1, 10, 100, 1000, 10_000]) {
    const from = zoom === 1 ? 0 : Math.floor(POINTS / 3);
    const to = Math.min(POINTS, from + POINTS / zoom) - 1;
    /** @type {readonly { min: number, max: number }[]} */
    let points = [];
    let exact = false;
    openMs[`zoom ${zoom}`] = await milliseconds(async () => {
      const index = await openIndex();
      ({ points, exact } = right(await index.series('long', 'trainLoss', { from, to, points: 1000 })()));
      index.close();
    });
    let least = Infinity;
    for (let step = from; step <= to; step++) least = Math.min(least, metrics('long', step).trainLoss);
    check(Math.min(...points.map(({ min }) => min)) === least, `the least value at zoom ${zoom}`);
    check(exact === to - from < 1000 && points.length <= 1000, `what is exact at zoom ${zoom}`);
  }

  for (let i = 0; i < RUNS; i++) {
    const runId = `run-${i}`;
    const events = Array.from({ length: 20 }, (_, seq) => metrics(runId, seq));
    // One in fifty was interrupted.
    await writeRun(runId, i % 50 === 0 ? events : [...events, ended(runId, 20)]);
  }
  const list = async () => {
    const index = await openIndex();
    const runs = right(await index.list()());
    index.close();
    check(runs.length === RUNS + 2 && runs.every(({ testLoss }) => testLoss !== null), 'the list');
  };
  const firstListMs = await milliseconds(list);
  // Folders that have just changed are examined more closely.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await list();
  const openAndListMs = [];
  for (let i = 0; i < 5; i++) openAndListMs.push(await milliseconds(list));

  const aSecond = (/** @type {number} */ ms) => Math.round(written / (ms / 1000));
  const figures = {
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model,
      cores: availableParallelism(),
      node: process.version,
      load: loadavg()[0],
    },
    eventsASecond: { written: aSecond(writeMs), writtenAndIndexed: aSecond(writeMs + indexMs) },
    metricPointsASecond: {
      written: METRICS * aSecond(writeMs),
      writtenAndIndexed: METRICS * aSecond(writeMs + indexMs),
    },
    millionEventsIndexedMs: rebuildMs,
    openIndexAndMillionPointCurveMs: openMs,
    thousandRuns: { listWithoutIndexMs: firstListMs, openIndexAndListMs: openAndListMs },
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await rm(runsDir, { recursive: true, force: true });
}
