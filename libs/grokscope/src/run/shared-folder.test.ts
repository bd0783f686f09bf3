import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { lastValueFrom, toArray } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunEvent } from '@grokscope/schema';
import { decodeRunSpec } from '@grokscope/parts';
import { changeNotes, listRuns, openCatalogue, openRun, pruneCheckpoints } from '@grokscope/store';
import { resumeRun } from '../resume/resume-run.js';
import { startRun } from '../sweep/run-child.js';

function right<T>(result: E.Either<unknown, T>): T {
  if (E.isLeft(result)) throw new Error(`expected a right, got ${JSON.stringify(result.left)}`);
  return result.right;
}

let runsDir: string;
beforeEach(async () => {
  runsDir = await mkdtemp(join(tmpdir(), 'grokscope-shared-'));
});
afterEach(() => rm(runsDir, { recursive: true, force: true }));

const spec = right(
  decodeRunSpec({
    name: 'shared',
    task: { kind: 'modularAddition', p: 7 },
    model: { dModel: 16, nHeads: 2, dHead: 8, dMlp: 16 },
    training: { steps: 400 },
    observe: { metricsEvery: 2, progressEvery: 400, checkpointEvery: 100 },
  }),
);
const keepAll = { keepLast: 1000 };
const ids = ['shared-1', 'shared-2'];

const events = async (runId: string): Promise<E.Either<unknown, readonly RunEvent[]>> => {
  const run = await openRun(runsDir, runId)();
  return E.isLeft(run) ? run : run.right.readEvents()();
};

it('runs of several processes share a folder with those who list, draw and describe them', async () => {
  const order = { spec, runsDir, engine: 'wasm', threads: 1 } as const;
  const signal = new AbortController().signal;
  const runs = ids.map((runId) => lastValueFrom(startRun({ ...order, runId }, signal).pipe(toArray())));
  let isOver = false;
  const first = await openCatalogue(runsDir);
  const opened = [first, await openCatalogue(runsDir)];
  const refusals = new Set<string>();
  const look = async ({ catalogue, index }: typeof first, n: number): Promise<number> => {
    let looks = 0;
    let seen = 0;
    for (; !isOver || looks === 0; looks++) {
      const list = right(await catalogue.list()());
      expect(list.map(({ problem }) => problem).filter((problem) => problem !== null)).toEqual([]);
      const curve = await index!.series(ids[n]!, 'trainLoss', { points: 10_000 })();
      if (E.isRight(curve)) {
        expect(curve.right.points.length).toBeGreaterThanOrEqual(seen);
        seen = curve.right.points.length;
      }
      for (const { runId, state } of list) {
        if (state !== 'running') continue;
        right(await changeNotes(runsDir, runId, { addTags: [`looked-${n}`] })());
        for (const attempt of [resumeRun(runId, { runsDir }), pruneCheckpoints(runsDir, runId, keepAll)]) {
          const result = await attempt();
          // It may have ended between the look and the attempt.
          if (E.isLeft(result) && result.left._tag === 'RunHeld') {
            // The other look's attempt may hold an ended run for a moment.
            if (result.left.holder.pid !== process.pid) refusals.add(result.left._tag);
            else expect(right(await events(runId)).at(-1)).toMatchObject({ type: 'ended' });
          }
        }
      }
    }
    return looks;
  };
  const looking = opened.map(look);
  const told: readonly RunEvent[][] = await Promise.all(runs);
  isOver = true;
  await Promise.all(looking);
  for (const events of told) {
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i));
    expect(events.at(-1)).toMatchObject({ type: 'ended', reason: 'completed', step: 400 });
  }
  expect([...refusals]).toEqual(['RunHeld']);
  const listed = right(await first.catalogue.list()());
  expect(listed).toEqual(right(await listRuns(runsDir)()));
  expect(listed.map(({ runId, state, step }) => [runId, state, step]).sort()).toEqual(
    ids.map((id) => [id, 'completed', 400]),
  );
  for (const runId of ids)
    expect(right(await pruneCheckpoints(runsDir, runId, { keepLast: 1 })()).kept).toEqual([400]);
  for (const { index } of opened) index?.close();
}, 60_000);
