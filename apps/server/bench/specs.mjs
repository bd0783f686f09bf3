import { setTimeout as delay } from 'node:timers/promises';

/** A run whose steps take almost no time and that does not end by itself. */
export const small = {
  name: 'load',
  task: { kind: 'modularAddition', p: 23 },
  model: { dModel: 32, nHeads: 2, dHead: 16, dMlp: 64 },
  training: { steps: 100_000_000 },
  observe: { metricsEvery: 10, progressEvery: 1_000_000, checkpointEvery: 1_000_000 },
};

/** The mainline's sizes, without an end. */
export const mainline = {
  name: 'watched',
  task: { kind: 'modularAddition', p: 113 },
  training: { steps: 10_000_000 },
  observe: { metricsEvery: 100, progressEvery: 500, checkpointEvery: 100_000 },
};

/** Starts a run that emits events at about this rate, found by trial. */
export async function startAtRate(server, spec, eventsPerSecond) {
  let metricsEvery = 10;
  for (let attempt = 0; ; attempt++) {
    const tuned = { ...spec, observe: { ...spec.observe, metricsEvery } };
    const runId = await server.startRun(tuned);
    await delay(3000);
    const first = await server.run(runId);
    const from = Date.now();
    await delay(3000);
    const second = await server.run(runId);
    const rate = (1000 * (second.lastSeq - first.lastSeq)) / (Date.now() - from);
    if (attempt === 3 || (rate > 0.9 * eventsPerSecond && rate < 1.2 * eventsPerSecond))
      return { runId, spec: tuned };
    await server.stop(runId);
    await delay(1000);
    metricsEvery = Math.max(1, Math.round((metricsEvery * rate) / eventsPerSecond));
  }
}
