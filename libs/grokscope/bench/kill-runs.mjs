// Kills runs by SIGKILL at random moments and resumes them each time: 50 kills with readers attached, counting facts
// that were told and are not there; 20 kills of another run, compared byte for byte with one that was never killed.
// Prints one JSON object; exit code 1 where anything was lost or differs. `npm start` once before, or a build.
// node libs/grokscope/bench/kill-runs.mjs [--kills 50,20] [--seed 1]
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { resolveRunSpec } from 'grokscope';
import { openCatalogue } from '@grokscope/store';
import { metricsLines, runKilled, runUnharmed } from '../dist/testing/killed-run.js';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '50,20' }, seed: { type: 'string', default: '1' } },
});
const [manyKills = 50, comparedKills = 20] = values.kills.split(',').map(Number);
const seed = Number(values.seed);

/** @param {object} input */
function specOf(input) {
  const spec = resolveRunSpec(input);
  if (spec._tag === 'Left') throw new Error(JSON.stringify(spec.left));
  return spec.right;
}

/** Asks the index for list and curve as a page would; answers how often, and what went wrong. @param {string} runsDir @param {string} runId */
function attachIndexReader(runsDir, runId) {
  let isStopped = false;
  const read = async () => {
    let answers = 0;
    /** @type {string[]} */
    const faults = [];
    let seen = 0;
    while (!isStopped) {
      const { index } = await openCatalogue(runsDir);
      for (let i = 0; i < 10 && !isStopped && index !== undefined; i++) {
        const list = await index.list()();
        const curve = await index.series(runId, 'trainLoss', { points: 1_000_000 })();
        if (list._tag === 'Left') faults.push(JSON.stringify(list.left));
        else for (const { problem } of list.right) if (problem !== null) faults.push(problem);
        if (curve._tag === 'Right') {
          // What was once there stays.
          if (curve.right.points.length < seen)
            faults.push(`${seen} points, then ${curve.right.points.length}`);
          seen = curve.right.points.length;
          answers++;
        } else if (curve.left._tag !== 'RunNotFound') faults.push(JSON.stringify(curve.left));
        await delay(20);
      }
      index?.close();
      await delay(5);
    }
    return { answers, faults, points: seen };
  };
  return { stop: () => (isStopped = true), result: read() };
}

/** @param {string} folder @param {object} input @param {{kills: number, threads: number, eventsBetween: number}} how */
async function killAndCompare(folder, input, { kills, threads, eventsBetween }) {
  const plan = {
    runId: 'killed-1',
    spec: specOf(input),
    engine: /** @type {const} */ ('wasm'),
    threads,
    seed,
    eventsBetween,
    extraMs: 60,
  };
  const runsDir = join(folder, 'killed');
  const reader = attachIndexReader(runsDir, plan.runId);
  const killed = await runKilled({ ...plan, runsDir, kills });
  await delay(200);
  reader.stop();
  const index = await reader.result;
  const whole = await runUnharmed({ ...plan, runsDir: join(folder, 'whole') });
  const lines = metricsLines(killed.events);
  return {
    kills: killed.kills,
    threads,
    steps: plan.spec.training.steps,
    acknowledged: killed.acknowledged,
    lost: killed.lost,
    misreadByReader: killed.misread,
    indexAnswers: index.answers,
    indexFaults: index.faults,
    resumedFromCheckpoint: killed.resumedFrom.filter((step) => step > 0).length,
    gapsOrDoubles: killed.events.filter(({ seq }, i) => seq !== i).length,
    metrics: lines.length,
    sameSeries: JSON.stringify(lines) === JSON.stringify(metricsLines(whole.events)),
    sameFinalBytes:
      Object.keys(whole.finalFiles).length > 0 &&
      JSON.stringify(killed.finalFiles) === JSON.stringify(whole.finalFiles),
    finalFiles: killed.finalFiles,
  };
}

const model = { dModel: 32, nHeads: 2, dHead: 16, dMlp: 64 };
const folder = await mkdtemp(join(tmpdir(), 'grokscope-kills-'));
try {
  const many = await killAndCompare(
    join(folder, 'many'),
    {
      name: 'killed',
      task: { kind: 'modularAddition', p: 17 },
      model,
      training: { steps: 6000 },
      observe: { metricsEvery: 5, progressEvery: 1000, checkpointEvery: 50 },
    },
    { kills: manyKills, threads: 1, eventsBetween: 36 },
  );
  const compared = await killAndCompare(
    join(folder, 'compared'),
    {
      name: 'compared',
      task: { kind: 'modularAddition', p: 31 },
      model,
      training: { steps: 3000 },
      observe: { metricsEvery: 5, progressEvery: 500, checkpointEvery: 50 },
    },
    { kills: comparedKills, threads: 2, eventsBetween: 46 },
  );
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.version,
  };
  process.stdout.write(
    `${JSON.stringify({ date: new Date().toISOString(), machine, seed, many, compared }, null, 2)}\n`,
  );
  const isGood = [many, compared].every(
    ({ lost, misreadByReader, gapsOrDoubles, indexFaults, sameSeries, sameFinalBytes }) =>
      lost + misreadByReader + gapsOrDoubles + indexFaults.length === 0 && sameSeries && sameFinalBytes,
  );
  process.exitCode = isGood ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
