// 200 clients on one live run at 50 events a second: how late events arrive, and how one client that has stopped
// reading affects the rest. The delay is from an event's own time, taken before it is stored, to its arrival.
import { setTimeout as delay } from 'node:timers/promises';
import { Crowd } from './crowd.mjs';
import { BenchServer } from './server.mjs';
import { small, startAtRate } from './specs.mjs';

const CLIENTS = 200;
// Twice what is required: the clients then take their share of the cores, and the run slows down.
const EVENTS_PER_SECOND = 100;
const SECONDS = Number(process.env.SECONDS ?? 20);

async function measure(crowd, seconds) {
  await crowd.tell('count');
  await delay(seconds * 1000);
  const { events, p50, p99, max, gaps } = await crowd.tell('read');
  return { eventsPerSecond: Math.round(events / seconds / CLIENTS), p50, p99, max, gaps };
}

export async function fanOut() {
  const server = await new BenchServer().start();
  const crowd = new Crowd();
  const stalled = new Crowd();
  try {
    const { runId, spec } = await startAtRate(server, small, EVENTS_PER_SECOND);
    const order = { url: server.socketUrl, runId };
    await crowd.tell('open', { ...order, count: CLIENTS });
    await delay(2000);
    const before = await server.gauge();
    const rounds = [];
    const watch = { names: ['embed.W_E', 'unembed.W_U', 'blocks.0.mlp.W_in'], everySteps: 1 };
    await stalled.tell('open', { ...order, count: 1, watch });
    // Alternated, so that a busy period of the machine affects both.
    for (let round = 0; round < 2; round++) {
      await stalled.tell('resume');
      rounds.push({ stalled: false, ...(await measure(crowd, SECONDS)) });
      await stalled.tell('count');
      await stalled.tell('pause');
      rounds.push({ stalled: true, ...(await measure(crowd, SECONDS)) });
    }
    const stalledMemory = await server.gauge();
    await stalled.tell('resume');
    await delay(3000);
    const late = await stalled.tell('read');
    const crowdNow = await crowd.tell('read');
    const after = await server.gauge();
    await server.stop(runId);
    const share = (from, to, seconds) => ((to.processorMs - from.processorMs) / seconds / 1000).toFixed(2);
    return {
      clients: CLIENTS,
      metricsEvery: spec.observe.metricsEvery,
      rounds,
      stalledClient: { gaps: late.gaps, behindAfterResume: crowdNow.most - late.most, skipped: late.skipped },
      serverMiB: { before: mib(before), whileStalled: mib(stalledMemory), after: mib(after) },
      serverCores: share(before, stalledMemory, 4 * SECONDS),
    };
  } finally {
    crowd.dispose();
    stalled.dispose();
    server.dispose();
  }
}

const mib = ({ heapUsed, rss }) => ({ heap: Math.round(heapUsed / 2 ** 20), rss: Math.round(rss / 2 ** 20) });
