import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FastifyInstance } from 'fastify';
import { decodeRunSpec } from '@grokscope/parts';
import type { ListedRun, PresetDescription, SweepDetail, SweepSummary } from '@grokscope/schema';
import { presetsOf } from '@grokscope/schema';
import { isRunId } from '@grokscope/store';
import { describeTasks } from '@grokscope/tasks';
import { SWEEPS_FOLDER, listSweeps, readSweepRecord } from 'grokscope';
import type { SweepRecord } from 'grokscope';
import { engineReports } from '../work/engine-reports.js';
import type { ServerError } from '../errors.js';
import { refused } from '../errors.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyWith } from './reply.js';
import type { RunParams } from './runs.js';
import { routeSchemas } from './schemas.js';

/** The available presets, tasks, engines and sweeps; the same documents as the command line's. */
export function catalogueRoutes(app: FastifyInstance, registry: RunRegistry): void {
  const { catalogue } = registry.parts;
  const known = presetsOf(catalogue).map(({ name, teaches, spec }): PresetDescription => {
    const full = decodeRunSpec(spec, catalogue);
    if (E.isLeft(full)) throw new Error(`the preset ${name} is no spec`);
    return { name, teaches, spec: full.right };
  });
  app.get('/api/presets', { schema: routeSchemas.presets }, async () => known);
  const tasks = describeTasks(catalogue.tasks);
  app.get('/api/tasks', { schema: routeSchemas.tasks }, async () => tasks);

  app.get('/api/engines', { schema: routeSchemas.engines }, (_request, reply) =>
    pipe(engineReports, replyWith(reply)),
  );

  app.get('/api/sweeps', { schema: routeSchemas.sweeps }, async () =>
    (await listSweeps(registry.runsDir)).map((sweep): SweepSummary => ({
      ...headOf(sweep),
      runs: Object.keys(sweep.runs).length,
    })),
  );

  app.get<RunParams>('/api/sweeps/:id', { schema: routeSchemas.sweep }, ({ params: { id } }, reply) =>
    pipe(
      findSweep(registry.runsDir, id),
      TE.bindTo('sweep'),
      TE.bind('listed', () => registry.list),
      TE.map(({ sweep, listed }) => detailOf(sweep, listed)),
      replyWith(reply),
    ),
  );
}

/** The record of a sweep; errors if there is none, or it cannot be read. */
function findSweep(runsDir: string, id: string): TE.TaskEither<ServerError, SweepRecord> {
  const nobody = refused(404, 'sweepNotFound', `there is no sweep ${JSON.stringify(id)}`);
  if (!isRunId(id)) return TE.left(nobody);
  return pipe(
    TE.tryCatch(
      () => readSweepRecord(join(runsDir, SWEEPS_FOLDER, id)),
      (thrown) => refused(500, 'malformedSweep', thrown instanceof Error ? thrown.message : String(thrown)),
    ),
    TE.chain(TE.fromNullable(nobody)),
  );
}

/** A sweep with the outcome of each of its runs. */
function detailOf(sweep: SweepRecord, listed: readonly ListedRun[]): SweepDetail {
  const byId = new Map(listed.map((run) => [run.runId, run]));
  const runs = Object.entries(sweep.runs).map(([cell, runId]) => {
    const {
      state = null,
      step = null,
      testLoss = null,
      testAccuracy = null,
      stepGeneralized = null,
    } = byId.get(runId) ?? {};
    return { cell, runId, state, step, testLoss, testAccuracy, stepGeneralized };
  });
  return { ...headOf(sweep), spec: sweep.spec, runs };
}

function headOf({ sweepId, name, createdAt, elapsedMs, workers }: SweepRecord): Omit<SweepSummary, 'runs'> {
  return { sweepId, name, createdAt, elapsedMs, workers };
}
