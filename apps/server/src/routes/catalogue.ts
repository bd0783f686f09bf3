import { join } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import { presets } from '@grokscope/experiments';
import { decodeRunSpec } from '@grokscope/parts';
import { isRunId } from '@grokscope/store';
import { builtInTasks, describeTasks } from '@grokscope/tasks';
import { SWEEPS_FOLDER, listSweeps, readSweepRecord } from 'grokscope';
import type { SweepRecord } from 'grokscope';
import { engineReports } from '../work/engine-reports.js';
import { refused } from '../errors.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyError } from './reply.js';
import type { RunParams } from './runs.js';
import { routeSchemas } from './schemas.js';

/** What there is to run, what runs it, and which runs belong together; the same documents as the command line's. */
export function catalogueRoutes(app: FastifyInstance, registry: RunRegistry): void {
  const known = presets.map(({ name, teaches, spec }) => {
    const full = decodeRunSpec(spec);
    return { name, teaches, spec: E.isRight(full) ? full.right : spec };
  });
  app.get('/api/presets', { schema: routeSchemas.presets }, async () => known);
  const tasks = describeTasks(builtInTasks);
  app.get('/api/tasks', { schema: routeSchemas.tasks }, async () => tasks);

  app.get('/api/engines', { schema: routeSchemas.engines }, async (_request, reply) => {
    const engines = await engineReports();
    return E.isLeft(engines) ? replyError(reply, engines.left) : reply.send(engines.right);
  });

  app.get('/api/sweeps', { schema: routeSchemas.sweeps }, async () =>
    (await listSweeps(registry.runsDir)).map((sweep) => ({
      ...headOf(sweep),
      runs: Object.keys(sweep.runs).length,
    })),
  );

  app.get<RunParams>('/api/sweeps/:id', { schema: routeSchemas.sweep }, async (request, reply) => {
    const { id } = request.params;
    const nobody = refused(404, 'sweepNotFound', `there is no sweep ${JSON.stringify(id)}`);
    if (!isRunId(id)) return replyError(reply, nobody);
    let sweep: SweepRecord | undefined;
    try {
      sweep = await readSweepRecord(join(registry.runsDir, SWEEPS_FOLDER, id));
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      return replyError(reply, refused(500, 'malformedSweep', message));
    }
    if (sweep === undefined) return replyError(reply, nobody);
    const listed = await registry.list();
    if (E.isLeft(listed)) return replyError(reply, listed.left);
    const byId = new Map(listed.right.map((run) => [run.runId, run]));
    const runs = Object.entries(sweep.runs).map(([cell, runId]) => {
      const run = byId.get(runId);
      const {
        state = null,
        step = null,
        testLoss = null,
        testAccuracy = null,
        stepGeneralized = null,
      } = run ?? {};
      return { cell, runId, state, step, testLoss, testAccuracy, stepGeneralized };
    });
    return reply.send({ ...headOf(sweep), spec: sweep.spec, runs });
  });
}

function headOf({ sweepId, name, createdAt, elapsedMs, workers }: SweepRecord): object {
  return { sweepId, name, createdAt, elapsedMs, workers };
}
