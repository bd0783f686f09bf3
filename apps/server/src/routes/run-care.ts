import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FastifyInstance } from 'fastify';
import type { RunSpec } from '@grokscope/schema';
import { decodeNotesChange, decodePruneOrder } from '@grokscope/schema';
import type { RunReader } from '@grokscope/store';
import { compareRuns } from 'grokscope';
import { badInput } from '../errors.js';
import type { RunRegistry } from '../registry/registry.js';
import type { FromQuery, Query } from '../requests/query.js';
import { wrong } from '../requests/query.js';
import { replyWith } from './reply.js';
import type { RunParams } from './runs.js';
import { routeSchemas } from './schemas.js';

/** More columns than anybody reads. */
export const MAX_COMPARED = 16;

/** What people do with runs besides running them: note something about them, thin them out, compare them. */
export function runCareRoutes(app: FastifyInstance, registry: RunRegistry): void {
  app.patch<RunParams>('/api/runs/:id/notes', { schema: routeSchemas.notes }, (request, reply) =>
    pipe(
      TE.fromEither(decodeNotesChange(request.body)),
      TE.mapLeft(badInput('invalidNotes')),
      TE.chain((change) => registry.changeNotes(request.params.id, change)),
      replyWith(reply),
    ),
  );

  app.get<RunParams>('/api/runs/:id/notes', { schema: routeSchemas.readNotes }, (request, reply) =>
    pipe(registry.notes(request.params.id), replyWith(reply)),
  );

  app.post<RunParams>('/api/runs/:id/prune', { schema: routeSchemas.prune }, (request, reply) =>
    pipe(
      TE.fromEither(decodePruneOrder(request.body)),
      TE.mapLeft(badInput('invalidPolicy')),
      TE.chain((order) => registry.prune(request.params.id, order)),
      replyWith(reply),
    ),
  );

  app.get<{ Querystring: Query }>(
    '/api/compare',
    { schema: routeSchemas.compare(MAX_COMPARED) },
    (request, reply) =>
      pipe(
        TE.fromEither(readIds(request.query)),
        TE.mapLeft(badInput('invalidQuery')),
        TE.chain(
          TE.traverseSeqArray((id) =>
            pipe(
              TE.Do,
              TE.bind('summary', () => registry.get(id)),
              TE.bind('spec', () => TE.map(specOf)(registry.open(id))),
            ),
          ),
        ),
        TE.map(compareRuns),
        replyWith(reply),
      ),
  );
}

const specOf = ({ record }: RunReader): RunSpec => record.spec;

function readIds({ runs }: Query): FromQuery<readonly string[]> {
  const ids = typeof runs === 'string' ? [...new Set(runs.split(','))] : [];
  return ids.length >= 2 && ids.length <= MAX_COMPARED
    ? E.right(ids)
    : wrong('runs', runs, `2 to ${MAX_COMPARED} different run ids with commas between`);
}
