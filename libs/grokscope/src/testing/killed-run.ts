/*
 * A run in a process of its own that is killed by SIGKILL at random moments and resumed each time, with a reader
 * attached. A test uses it with a few kills, a script with many.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { createRandom } from '@grokscope/base';
import type { RunEvent, RunSpec } from '@grokscope/schema';
import { describeStoreError, openRun } from '@grokscope/store';
import type { EngineChoice } from '../engines/engines.js';
import { forkRun } from '../run/fork-run.js';
import { describeRefusal } from '../run/run-refusal.js';

/** A run to be killed. */
export interface KillPlan {
  readonly runsDir: string;
  readonly runId: string;
  readonly spec: RunSpec;
  readonly engine: EngineChoice;
  readonly threads: number;
  readonly kills: number;
  readonly seed: number;
  /** A kill follows at most this many events, and at most this many milliseconds more. */
  readonly eventsBetween: number;
  readonly extraMs: number;
}

/** The outcome. */
export interface KillReport {
  /** Kills that hit a living process before the run ended. */
  readonly kills: number;
  /** The steps from which the run continued, one for each resumption. */
  readonly resumedFrom: readonly number[];
  /** Facts that the process sent, and those of them that were not in its folder after a kill. */
  readonly acknowledged: number;
  readonly lost: number;
  /** Facts that the attached reader saw out of order, twice, or with one left out. */
  readonly misread: number;
  readonly events: readonly RunEvent[];
  /** Checksums of the final checkpoint's files, by name. */
  readonly finalFiles: Readonly<Record<string, string>>;
}

/** Runs to the end without a kill; a killed run is compared with the result. */
export const runUnharmed = (plan: Omit<KillPlan, 'kills'>): Promise<KillReport> =>
  runKilled({ ...plan, kills: 0 });

/** Kills and resumes the run until it has ended. */
export async function runKilled(plan: KillPlan): Promise<KillReport> {
  const { runsDir, runId, spec, engine, threads } = plan;
  const random = createRandom(plan.seed);
  const told = new Map<number, string>();
  const reader = attachReader(plan);
  let lost = 0;
  let kills = 0;
  let order: Parameters<typeof forkRun>[0] = { type: 'start', spec, runsDir, runId, engine, threads };
  for (;;) {
    const limit = kills < plan.kills ? 1 + random.nextBelow(plan.eventsBetween) : Infinity;
    const isOver = await runUntil(order, told, limit, random.nextFloat() * plan.extraMs);
    const stored = new Set((await eventsOf(plan)).map(({ seq, type }) => `${seq} ${type}`));
    for (const [seq, type] of told) if (!stored.has(`${seq} ${type}`)) lost++;
    if (isOver) break;
    kills++;
    order = { type: 'resume', runsDir, runId };
  }
  reader.stop();
  const events = await eventsOf(plan);
  return {
    kills,
    resumedFrom: events.flatMap((event) => (event.type === 'started' ? (event.resumedFrom ?? []) : [])),
    acknowledged: told.size,
    lost,
    misread: await reader.faults,
    events,
    finalFiles: await sumsOf(join(runsDir, runId, 'checkpoints'), spec.training.steps),
  };
}

/** True if the run ended by itself before it was to be killed. */
async function runUntil(
  order: Parameters<typeof forkRun>[0],
  told: Map<number, string>,
  limit: number,
  extraMs: number,
): Promise<boolean> {
  const run = forkRun(order);
  let count = 0;
  let hasEnded = false;
  run.told$.subscribe((said) => {
    if (said.type === 'storeFailed') throw new Error(describeRefusal(said.error));
    if (said.type !== 'event') return;
    told.set(said.event.seq, said.event.type);
    hasEnded ||= said.event.type === 'ended';
    if (++count === limit) setTimeout(() => run.kill('SIGKILL'), extraMs);
  });
  await run.exited;
  return hasEnded;
}

async function eventsOf({ runsDir, runId }: KillPlan): Promise<readonly RunEvent[]> {
  const run = await openRun(runsDir, runId)();
  if (E.isLeft(run)) throw new Error(describeStoreError(run.left));
  const events = await run.right.readEvents()();
  if (E.isLeft(events)) throw new Error(describeStoreError(events.left));
  return events.right;
}

/** Follows the run across its deaths as a server does: from the last seq it saw. */
function attachReader({ runsDir, runId }: KillPlan): { stop: () => void; faults: Promise<number> } {
  let isStopped = false;
  let last = -1;
  const follow = async (): Promise<number> => {
    let faults = 0;
    for (let isLast = false; !isLast;) {
      isLast = isStopped;
      const run = await openRun(runsDir, runId)();
      if (E.isRight(run)) {
        for await (const batch of run.right.tailEvents({ since: last })) {
          for (const { seq } of batch) {
            if (seq !== last + 1) faults++;
            last = seq;
          }
        }
      }
      await delay(10);
    }
    return faults;
  };
  return { stop: () => (isStopped = true), faults: follow() };
}

/** SHA-256 of the files of one step's checkpoint; the manifest holds times and is therefore left out. */
async function sumsOf(folder: string, step: number): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter(
    (name) => name.includes(String(step).padStart(8, '0')) && name.endsWith('.safetensors'),
  );
  const sums: Record<string, string> = {};
  for (const name of names.sort()) {
    sums[name] = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
  }
  return sums;
}

/** The series of a run's metrics without what depends on the clock: `step` and every loss, one text a step. */
export function metricsLines(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== 'metrics') return [];
    const { step, trainLoss, testLoss, trainAccuracy, testAccuracy, sumSquaredWeights } = event;
    return [JSON.stringify([step, trainLoss, testLoss, trainAccuracy, testAccuracy, sumSquaredWeights])];
  });
}
