import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import { decodeNotesChange, decodePruneOrder, specError } from '@grokscope/schema';
import { compareRuns } from 'grokscope';
import type { RunRegistry } from '../registry/registry.js';
import { replyEither, replyError } from './reply.js';
import type { RunParams } from './runs.js';
import { routeSchemas } from './schemas.js';

/** More columns than anybody reads. */
export const MAX_COMPARED = 16;

/** What people do with runs beside running them: say something of them, thin them out, lay them side by side. */
export function runCareRoutes(app: FastifyInstance, registry: RunRegistry): void {
  app.patch<RunParams>('/api/runs/:id/notes', { schema: routeSchemas.notes }, async (request, reply) => {
    const change = decodeNotesChange(request.body);
    if (E.isLeft(change)) {
      return replyError(reply, { _tag: 'BadInput', code: 'invalidNotes', errors: change.left });
    }
    return replyEither(reply, await registry.changeNotes(request.params.id, change.right)());
  });

  app.get<RunParams>('/api/runs/:id/notes', { schema: routeSchemas.readNotes }, async (request, reply) =>
    replyEither(reply, await registry.notes(request.params.id)()),
  );

  app.post<RunParams>('/api/runs/:id/prune', { schema: routeSchemas.prune }, async (request, reply) => {
    const order = decodePruneOrder(request.body);
    if (E.isLeft(order)) {
      return replyError(reply, { _tag: 'BadInput', code: 'invalidPolicy', errors: order.left });
    }
    return replyEither(reply, await registry.prune(request.params.id, order.right)());
  });

  app.get<{ Querystring: { readonly runs?: unknown } }>(
    '/api/compare',
    { schema: routeSchemas.compare(MAX_COMPARED) },
    async (request, reply) => {
      const asked = request.query.runs;
      const ids = typeof asked === 'string' ? [...new Set(asked.split(','))] : [];
      if (ids.length < 2 || ids.length > MAX_COMPARED) {
        const error = specError('runs', asked, `2 to ${MAX_COMPARED} different run ids with commas between`);
        return replyError(reply, { _tag: 'BadInput', code: 'invalidQuery', errors: [error] });
      }
      const runs = [];
      for (const id of ids) {
        const summary = await registry.get(id)();
        if (E.isLeft(summary)) return replyError(reply, summary.left);
        const reader = await registry.open(id)();
        if (E.isLeft(reader)) return replyError(reply, reader.left);
        runs.push({ summary: summary.right, spec: reader.right.record.spec });
      }
      return reply.send(compareRuns(runs));
    },
  );
}
