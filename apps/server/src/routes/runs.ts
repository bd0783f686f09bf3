import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FastifyInstance } from 'fastify';
import type { CommandAccepted, RunDetail, RunStarted } from '@grokscope/schema';
import { decodeRunCommand } from '@grokscope/schema';
import { selectRuns } from 'grokscope';
import { badInput, refused } from '../errors.js';
import { readListQuery } from '../requests/list-query.js';
import { readOrder } from '../requests/read-order.js';
import type { Limits } from '../access/limits.js';
import type { Query } from '../requests/query.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyWith } from './reply.js';
import { routeSchemas } from './schemas.js';

/** Paths with a run's id. */
export interface RunParams {
  readonly Params: { readonly id: string };
}

/** `/api/runs` and one run: list, start, read, command, delete. */
export function runRoutes(
  app: FastifyInstance,
  registry: RunRegistry,
  limits: Limits,
  dataFolder?: string,
): void {
  app.get<{ Querystring: Query }>('/api/runs', { schema: routeSchemas.list }, (request, reply) =>
    pipe(
      TE.fromEither(readListQuery(request.query, registry.parts.catalogue)),
      TE.mapLeft(badInput('invalidQuery')),
      TE.bindTo('query'),
      TE.bind('runs', () => registry.list),
      TE.chainTaskK(
        ({ query, runs }) =>
          () =>
            selectRuns(registry.runsDir, runs, query),
      ),
      replyWith(reply),
    ),
  );

  app.post('/api/runs', { schema: routeSchemas.start }, (request, reply) =>
    pipe(
      TE.fromEither(readOrder(request.body, dataFolder, registry.parts)),
      TE.filterOrElse(
        () => limits.admitsStart(),
        () => refused(429, 'tooManyRequests', 'runs are started faster than they can begin; wait a second'),
      ),
      TE.chain((spec) => registry.start(spec)),
      TE.map((runId): RunStarted => ({ runId })),
      replyWith(reply, 201),
    ),
  );

  app.get<RunParams>('/api/runs/:id', { schema: routeSchemas.get }, ({ params: { id } }, reply) =>
    pipe(
      TE.Do,
      TE.bind('summary', () => registry.get(id)),
      TE.bind('reader', () => registry.open(id)),
      TE.map(({ summary, reader }): RunDetail => ({ ...summary, spec: reader.record.spec })),
      replyWith(reply),
    ),
  );

  app.post<RunParams>('/api/runs/:id/commands', { schema: routeSchemas.command }, (request, reply) =>
    pipe(
      TE.fromEither(decodeRunCommand(request.body)),
      TE.mapLeft(badInput('invalidCommand')),
      TE.chain((command) => registry.command(request.params.id, command)),
      TE.map((): CommandAccepted => ({ accepted: true })),
      replyWith(reply, 202),
    ),
  );

  app.delete<RunParams>('/api/runs/:id', { schema: routeSchemas.remove }, ({ params: { id } }, reply) =>
    pipe(
      TE.right(id),
      TE.filterOrElse(
        () => registry.own(id) === undefined,
        () => refused(409, 'runLive', `run "${id}" is live; stop it first`),
      ),
      TE.chain(registry.remove),
      replyWith(reply, 204),
    ),
  );
}
