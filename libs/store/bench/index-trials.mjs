// Tries to break the index: its writer is killed by SIGKILL at random moments while it reads runs that grow (a lock
// left behind shows that the kill hit it while writing), and with --full a disk fills up between an event and its
// index. After each trial, a fresh read through the index must agree with the folders. Prints one JSON object; exit
// code 1 if any differs. node libs/store/bench/index-trials.mjs [--kills 200] [--full FOLDER], the folder on a file
// system of a few megabytes
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { decodeStoredSpec } from '@grokscope/schema';
import { createRunFolder, eventSeries, listRuns, openCatalogue, openRun } from '@grokscope/store';

const RUNS = 8;
const EVENTS_BETWEEN = 300;
const MOST_MS = 120;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    full: { type: 'string' },
    indexer: { type: 'string' },
  },
});

/** @template T @param {{ _tag: string, right?: T, left?: unknown }} result @returns {T} */
function right(result) {
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left));
  return /** @type {T} */ (result.right);
}

const spec = right(decodeStoredSpec({ name: 'trial', task: { kind: 'modularAddition', p: 5 } }));
/** @param {string} runId @param {number} seq */
const metrics = (runId, seq) => ({
  .../** @type {const} */ ({ type: 'metrics' }),
  ...{ runId, seq, time: new Date().toISOString(), step: seq, trainLoss: Math.sin(seq), testLoss: seq },
  ...{ trainAccuracy: 0.5, testAccuracy: 0.25, sumSquaredWeights: 1, stepsPerSecond: 2 },
});

/** @param {string} runsDir @param {number} n */
const startRun = async (runsDir, n) => {
  const runId = `trial-${n}`;
  const record = { runId, name: 'trial', createdAt: new Date().toISOString(), spec };
  const writer = right(await createRunFolder(runsDir, { ...record, engine: 'wasm', threads: 1 })());
  return { runId, writer, seq: 0 };
};

/** Lines of the list without heartbeats, which go on between two readings. @param {readonly { holder: object | null }[]} runs */
const silent = (runs) =>
  runs.map((run) => ({ ...run, holder: run.holder && { ...run.holder, lastSeen: undefined } }));

/** Whether a fresh read through the index agrees with the folders. @param {string} runsDir */
async function isTrue(runsDir) {
  const { catalogue, index } = await openCatalogue(runsDir);
  try {
    const listed = right(await catalogue.list()());
    if (!isDeepStrictEqual(silent(listed), silent(right(await listRuns(runsDir)())))) return false;
    for (const { runId } of listed) {
      const events = right(await right(await openRun(runsDir, runId)()).readEvents()());
      const points = events.length + 1;
      const curve = await index?.series(runId, 'trainLoss', { points })();
      if (
        curve !== undefined &&
        !isDeepStrictEqual(right(curve), eventSeries(events, 'trainLoss', { points }))
      )
        return false;
    }
    return true;
  } finally {
    index?.close();
  }
}

/** Reads everything through the index, repeatedly, until it is killed. @param {string} runsDir */
async function indexForEver(runsDir) {
  for (;;) {
    const { catalogue, index } = await openCatalogue(runsDir);
    process.send?.('opened');
    for (let i = 0; i < 20; i++) {
      right(await catalogue.list()());
      await delay(1);
    }
    index?.close();
  }
}

async function killed(/** @type {number} */ kills) {
  const runsDir = await mkdtemp(join(tmpdir(), 'grokscope-trials-'));
  const runs = await Promise.all(Array.from({ length: RUNS }, (_, n) => startRun(runsDir, n)));
  let whileWriting = 0;
  let wrong = 0;
  for (let i = 0; i < kills; i++) {
    const indexer = fork(new URL(import.meta.url), ['--indexer', runsDir]);
    await once(indexer, 'message');
    const over = delay(Math.random() * MOST_MS).then(() => indexer.kill('SIGKILL'));
    for (let n = 0; n < EVENTS_BETWEEN; n++) {
      for (const run of runs) right(await run.writer.appendEvent(metrics(run.runId, run.seq++))());
      if (n % 30 === 0) await delay(1);
    }
    await over;
    if (indexer.exitCode === null && indexer.signalCode === null) await once(indexer, 'exit');
    if (existsSync(join(runsDir, '.index', 'lock.json'))) whileWriting++;
    if (!(await isTrue(runsDir))) wrong++;
  }
  for (const { writer } of runs) await writer.close()();
  await rm(runsDir, { recursive: true });
  return { kills, whileWriting, events: RUNS * EVENTS_BETWEEN * kills, wrong };
}

async function full(/** @type {string} */ folder) {
  const runsDir = await mkdtemp(join(folder, 'grokscope-trials-'));
  const ballast = join(runsDir, 'ballast');
  const run = await startRun(runsDir, 0);
  let [wrong, refused, looks, withIndex] = [0, 0, 0, 0];
  const look = async () => {
    looks++;
    if (!(await isTrue(runsDir))) wrong++;
    const { index } = await openCatalogue(runsDir);
    if (index !== undefined) withIndex++;
    index?.close();
  };
  await look();
  let error = '';
  while (refused < 20) {
    for (let n = 0; n < 500 && error === ''; n++) {
      const result = await run.writer.appendEvent(metrics(run.runId, run.seq))();
      if (result._tag === 'Right') run.seq++;
      else error = 'code' in result.left ? String(result.left.code) : result.left._tag;
    }
    if (error !== '') refused++;
    await look();
    // First a disk that is full to the last byte, then one with a little room.
    if (refused > 0)
      await writeFile(ballast, Buffer.alloc(refused % 2 === 0 ? 1 << 14 : 1 << 30)).catch(() => undefined);
    if (refused % 2 === 0) await rm(ballast, { force: true });
    error = '';
  }
  await rm(ballast, { force: true });
  const stored = run.seq;
  right(await run.writer.close()());
  const isWhole = right(await listRuns(runsDir)())[0]?.lastSeq === stored - 1;
  await look();
  await rm(runsDir, { recursive: true });
  return { events: stored, refused, looks, withIndex, wrong, isWhole };
}

if (values.indexer !== undefined) await indexForEver(values.indexer);
else {
  const report = {
    killed: await killed(Number(values.kills)),
    ...(values.full === undefined ? {} : { full: await full(values.full) }),
  };
  console.log(JSON.stringify(report));
  process.exitCode =
    report.killed.wrong > 0 || (report.full?.wrong ?? 0) > 0 || report.full?.isWhole === false ? 1 : 0;
}
