import type { FastifyInstance, FastifyRequest } from 'fastify';
import { specError } from '@grokscope/schema';
import { replyError } from '../routes/reply.js';

/**
 * Refuses query keys that a route does not know: otherwise a misspelt `since` would be dropped, and the response would
 * not be the one requested.
 */
export function refuseUnknownQueries(app: FastifyInstance): void {
  app.addHook('preValidation', async (request, reply) => {
    if (!request.routeOptions.url?.startsWith('/api/')) return undefined;
    const known = knownKeys(request);
    const allowed = known.length === 0 ? 'nothing after "?"' : `the keys ${known.join(', ')}`;
    const errors = Object.entries(request.query as Readonly<Record<string, unknown>>)
      .filter(([key]) => !known.includes(key))
      .map(([key, value]) => specError(key, value, allowed));
    if (errors.length === 0) return undefined;
    return replyError(reply, { _tag: 'BadInput', code: 'invalidQuery', errors: errors.slice(0, MAX_TOLD) });
  });
}

/** The most unknown keys to name. */
const MAX_TOLD = 20;

function knownKeys({ routeOptions }: FastifyRequest): readonly string[] {
  const query = routeOptions.schema?.querystring as { readonly properties?: object } | undefined;
  return Object.keys(query?.properties ?? {});
}
