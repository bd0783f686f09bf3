// The cost to a run of 50 pages that watch it. The same run continues throughout, alternately watched and not, so that
// other work on the machine affects both equally; reports steps a second and the processor time its process takes for a
// step.
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './crowd.mjs';
import { BenchServer, processorMs } from './server.mjs';
import { mainline } from './specs.mjs';

const WATCHERS = 50;
const ROUNDS = 6;
const SECONDS = 10;
/** The tensors that the page watches, three times a second at 30 steps a second. */
const NAMES = [
  ...['embed.W_E', 'pos_embed.W_pos', 'unembed.W_U'],
  ...['W_Q', 'W_K', 'W_V', 'W_O'].map((name) => `blocks.0.attn.${name}`),
  ...['W_in', 'b_in', 'W_out', 'b_out'].map((name) => `blocks.0.mlp.${name}`),
];

async function speed(pid, stepOf) {
  const [step, spent, at] = [await stepOf(), processorMs(pid), performance.now()];
  await delay(SECONDS * 1000);
  const [stepAfter, spentAfter, atAfter] = [await stepOf(), processorMs(pid), performance.now()];
  const steps = stepAfter - step;
  return { perSecond: (1000 * steps) / (atAfter - at), processorMsPerStep: (spentAfter - spent) / steps };
}

export async function watchers() {
  const server = await new BenchServer().start();
  const crowd = new Crowd();
  try {
    const spec = { ...mainline, observe: { ...mainline.observe, metricsEvery: 5 } };
    const runId = await server.startRun(spec);
    const { pid } = (await server.run(runId)).holder;
    const stepOf = async () => (await server.run(runId)).step;
    await delay(5000);
    const { perSecond } = await speed(pid, stepOf);
    const everySteps = Math.max(10, 10 * Math.round(perSecond / 30));
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await speed(pid, stepOf);
      await crowd.tell('open', {
        url: server.socketUrl,
        runId,
        count: WATCHERS,
        watch: { names: NAMES, everySteps },
      });
      await crowd.tell('count');
      const watched = await speed(pid, stepOf);
      const { p99, gaps, frames, frameBytes, skipped } = await crowd.tell('read');
      await crowd.tell('close');
      await delay(500);
      rounds.push({
        alone,
        watched,
        p99,
        gaps,
        frames,
        mibPerSecond: frameBytes / SECONDS / 2 ** 20,
        skipped,
      });
    }
    await server.stop(runId);
    const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
    const ratio = (read) => median(rounds.map(({ alone, watched }) => read(watched) / read(alone)));
    return {
      watchers: WATCHERS,
      everySteps,
      stepsPerSecondRatio: ratio(({ perSecond: value }) => value),
      processorTimePerStepRatio: ratio(({ processorMsPerStep }) => processorMsPerStep),
      rounds,
    };
  } finally {
    crowd.dispose();
    server.dispose();
  }
}
