// What being watched costs the mainline run: beside each run that measures nothing, one that stores metrics every 10 steps,
// one that hands out the weights as well (as for a page), and one with progress measures every 100 steps. Measuring itself
// is shown apart, as in `ended`.
// Run it with: node libs/grokscope/bench/observing.mjs [--steps N] [--rounds N] [--threads N]   (after `npm run build`)
// A machine's speed drifts: only runs that follow each other are compared, and the median of their ratios counts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { executeRun, preset } from 'grokscope';

const { values: args } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
});
const steps = Number(args.steps);
const NEVER = 1_000_000;
const SILENT = { metricsEvery: NEVER, progressEvery: NEVER };
const variants = [
  { name: 'metrics every 10, stored', metricsEvery: 10, progressEvery: NEVER },
  { name: '… and weights handed out', metricsEvery: 10, progressEvery: NEVER, snapshotEvery: 10 },
  { name: 'progress measures every 100', metricsEvery: NEVER, progressEvery: 100 },
];
const mainline = preset('mainline');
const runsDir = await mkdtemp(join(tmpdir(), 'grokscope-observing-'));

/** Milliseconds a step without measuring, and of measuring. */
async function timed({ metricsEvery, progressEvery, snapshotEvery }) {
  let handedOut = 0;
  const ended = await executeRun(
    {
      ...mainline,
      training: { ...mainline.training, steps },
      observe: { metricsEvery, progressEvery, checkpointEvery: NEVER },
    },
    {
      runsDir,
      engine: 'wasm',
      threads: Number(args.threads),
      ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
      onItem: ({ type }) => {
        if (type === 'snapshot') handedOut += 1;
      },
    },
  )();
  if (ended._tag === 'Left') throw new Error(ended.left.message);
  if (handedOut < steps / (snapshotEvery ?? Infinity)) throw new Error(`only ${handedOut} snapshots came`);
  const { elapsedMs, evaluationMs = 0 } = ended.right;
  return { step: (elapsedMs - evaluationMs) / steps, measuring: evaluationMs / steps };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

console.log(`mainline, ${steps} steps, ${args.threads} threads, ${args.rounds} rounds`);
for (const variant of variants) {
  const pairs = [];
  for (let round = 0; round < Number(args.rounds); round++) {
    const silent = await timed(SILENT);
    const observed = await timed(variant);
    pairs.push({
      ratio: observed.step / silent.step,
      // Every run measures its first and its last step.
      measuring: (observed.measuring - silent.measuring) / silent.step,
    });
  }
  const percent = (x) => `${(100 * x).toFixed(1)} %`;
  const ratios = pairs.map(({ ratio }) => ratio - 1);
  console.log(
    `${variant.name.padEnd(28)} ${percent(median(ratios))} (${percent(Math.min(...ratios))} … ${percent(Math.max(...ratios))})` +
      `   measuring itself ${percent(median(pairs.map(({ measuring }) => measuring)))} of training`,
  );
}
await rm(runsDir, { recursive: true });
