// What being watched costs the mainline run: nothing measured, against metrics every 10 steps, stored; the same with the
// weights handed out at each (as for a page); and with progress measures every 500 as by default. The evaluation of all
// pairs is shown apart, as in `ended`.
// Run it with: node libs/grokscope/bench/observing.mjs [--steps N] [--rounds N] [--threads N]   (after `npm run build`)
// Round robin, so that a noisy minute harms all alike; the least of the rounds counts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { executeRun, preset } from 'grokscope';

const { values: args } = parseArgs({
  options: {
    steps: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
  },
});
const steps = Number(args.steps);
const NEVER = 1_000_000;
const variants = [
  { name: 'nothing measured', metricsEvery: NEVER, progressEvery: NEVER },
  { name: 'metrics every 10, stored', metricsEvery: 10, progressEvery: NEVER },
  { name: '… and weights handed out', metricsEvery: 10, progressEvery: NEVER, snapshotEvery: 10 },
  { name: 'progress measures every 500', metricsEvery: NEVER, progressEvery: 500 },
].map((variant) => ({ ...variant, ms: Infinity, evaluationMs: 0 }));
const runsDir = await mkdtemp(join(tmpdir(), 'grokscope-observing-'));
const mainline = preset('mainline');

for (let round = 0; round < Number(args.rounds); round++)
  for (const variant of variants) {
    const { metricsEvery, progressEvery, snapshotEvery } = variant;
    const spec = {
      ...mainline,
      training: { ...mainline.training, steps },
      observe: { metricsEvery, progressEvery, checkpointEvery: NEVER },
    };
    let handedOut = 0;
    const options = {
      runsDir,
      engine: 'wasm',
      threads: Number(args.threads),
      ...(snapshotEvery === undefined ? {} : { snapshotEvery }),
      onItem: (item) => {
        if (item.type === 'snapshot') handedOut += 1;
      },
    };
    const ended = await executeRun(spec, options)();
    if (ended._tag === 'Left') throw new Error(ended.left.message);
    if (snapshotEvery !== undefined && handedOut < steps / snapshotEvery)
      throw new Error(`only ${handedOut} snapshots came`);
    const { elapsedMs, evaluationMs = 0 } = ended.right;
    const ms = (elapsedMs - evaluationMs) / steps;
    if (ms < variant.ms) Object.assign(variant, { ms, evaluationMs: evaluationMs / steps });
  }
await rm(runsDir, { recursive: true });

const [silent] = variants;
console.log(`mainline, ${steps} steps, ${args.threads} threads; ms a step, evaluation of all pairs apart`);
for (const { name, ms, evaluationMs } of variants) {
  const more = (100 * (ms / silent.ms - 1)).toFixed(1);
  console.log(`${name.padEnd(28)} ${ms.toFixed(2)} (${more} %)   evaluation ${evaluationMs.toFixed(2)}`);
}
