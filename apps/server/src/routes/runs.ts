import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import { decodeRunCommand } from '@grokscope/schema';
import { selectRuns } from 'grokscope';
import { refused } from '../errors.js';
import { readListQuery } from '../requests/list-query.js';
import { readOrder } from '../requests/read-order.js';
import type { Limits } from '../access/limits.js';
import type { Query } from '../requests/query.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyError } from './reply.js';
import { routeSchemas } from './schemas.js';

/** Paths with a run's id. */
export interface RunParams {
  readonly Params: { readonly id: string };
}

/** `/api/runs` and one run: list, start, look at, command, delete. */
export function runRoutes(app: FastifyInstance, registry: RunRegistry, limits: Limits): void {
  app.get<{ Querystring: Query }>('/api/runs', { schema: routeSchemas.list }, async (request, reply) => {
    const query = readListQuery(request.query);
    if (E.isLeft(query)) {
      return replyError(reply, { _tag: 'BadInput', code: 'invalidQuery', errors: query.left });
    }
    const listed = await registry.list();
    if (E.isLeft(listed)) return replyError(reply, listed.left);
    return reply.send(await selectRuns(registry.runsDir, listed.right, query.right));
  });

  app.post('/api/runs', { schema: routeSchemas.start }, async (request, reply) => {
    const spec = readOrder(request.body);
    if (E.isLeft(spec)) return replyError(reply, spec.left);
    if (!limits.admitsStart()) {
      const message = 'runs are started faster than they can begin; wait a second';
      return replyError(reply, refused(429, 'tooManyRequests', message));
    }
    const runId = await registry.start(spec.right)();
    if (E.isLeft(runId)) return replyError(reply, runId.left);
    return reply.code(201).send({ runId: runId.right });
  });

  app.get<RunParams>('/api/runs/:id', { schema: routeSchemas.get }, async (request, reply) => {
    const { id } = request.params;
    const summary = await registry.get(id)();
    if (E.isLeft(summary)) return replyError(reply, summary.left);
    const reader = await registry.open(id)();
    if (E.isLeft(reader)) return replyError(reply, reader.left);
    return reply.send({ ...summary.right, spec: reader.right.record.spec });
  });

  app.post<RunParams>('/api/runs/:id/commands', { schema: routeSchemas.command }, async (request, reply) => {
    const command = decodeRunCommand(request.body);
    if (E.isLeft(command)) {
      return replyError(reply, { _tag: 'BadInput', code: 'invalidCommand', errors: command.left });
    }
    const told = await registry.command(request.params.id, command.right)();
    if (E.isLeft(told)) return replyError(reply, told.left);
    return reply.code(202).send({ accepted: true });
  });

  app.delete<RunParams>('/api/runs/:id', { schema: routeSchemas.remove }, async (request, reply) => {
    const { id } = request.params;
    if (registry.own(id) !== undefined) {
      return replyError(reply, refused(409, 'runLive', `run "${id}" is live; stop it first`));
    }
    const removed = await registry.remove(id)();
    return E.isLeft(removed) ? replyError(reply, removed.left) : reply.code(204).send();
  });
}
