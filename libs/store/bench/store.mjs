// Figures of the store: points written and indexed a second, a curve of a million points at any zoom, a list of a
// thousand runs. Prints one JSON object. `node libs/store/bench/store.mjs` after a build.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { decodeRunSpec } from '@grokscope/schema';
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

const spec = right(decodeRunSpec({ name: 'bench', task: { kind: 'modularAddition', p: 5 } }));
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

const runsDir = await mkdtemp(join(tmpdir(), 'grokscope-bench-'));
try {
  const written = 50_000;
  const writer = right(await createRunFolder(runsDir, recordOf('written'))());
  const writeMs = await milliseconds(async () => {
    for (let seq = 0; seq < written; seq++) right(await writer.appendEvent(metrics('written', seq))());
  });
  right(await writer.close()());
  const { index } = await openCatalogue(runsDir);
  if (index === undefined) throw new Error('there is no index here');
  const indexMs = await milliseconds(async () => right(await index.get('written')()));

  await mkdir(join(runsDir, 'long'));
  await writeFile(join(runsDir, 'long', 'run.json'), JSON.stringify(recordOf('long')));
  const lines = [];
  for (let seq = 0; seq < POINTS; seq++) lines.push(JSON.stringify(metrics('long', seq)));
  await writeFile(join(runsDir, 'long', 'events.ndjson'), `${lines.join('\n')}\n`);
  const rebuildMs = await milliseconds(async () => right(await index.get('long')()));
  index.close();

  const again = (await openCatalogue(runsDir)).index;
  if (again === undefined) throw new Error('there is no index here');
  /** @type {Record<string, number>} */
  const openMs = {};
  for (const zoom of [1, 10, 100, 1000, 10_000]) {
    const from = Math.floor(POINTS / 3);
    const query = {
      from: zoom === 1 ? 0 : from,
      to: zoom === 1 ? POINTS : from + POINTS / zoom,
      points: 1000,
    };
    openMs[`zoom ${zoom}`] = await milliseconds(async () =>
      right(await again.series('long', 'trainLoss', query)()),
    );
  }

  for (let i = 0; i < RUNS; i++) {
    const runId = `run-${i}`;
    await mkdir(join(runsDir, runId));
    await writeFile(join(runsDir, runId, 'run.json'), JSON.stringify(recordOf(runId)));
    const events = Array.from({ length: 20 }, (_, seq) => `${JSON.stringify(metrics(runId, seq))}\n`);
    await writeFile(join(runsDir, runId, 'events.ndjson'), events.join(''));
  }
  const firstListMs = await milliseconds(async () => right(await again.list()()));
  const listMs = await milliseconds(async () => right(await again.list()()));
  again.close();
  const fresh = (await openCatalogue(runsDir)).catalogue;
  const openAndListMs = await milliseconds(async () => right(await fresh.list()()));

  const figures = {
    machine: { cpu: cpus()[0]?.model, cores: availableParallelism(), node: process.version },
    pointsWrittenASecond: Math.round((written * METRICS) / (writeMs / 1000)),
    pointsWrittenAndIndexedASecond: Math.round((written * METRICS) / ((writeMs + indexMs) / 1000)),
    millionEventsIndexedMs: rebuildMs,
    millionPointCurveMs: openMs,
    thousandRunsListMs: { first: firstListMs, again: listMs, anotherProcess: openAndListMs },
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await rm(runsDir, { recursive: true, force: true });
}
