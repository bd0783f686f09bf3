import { jsonExcess } from '@grokscope/base';
import { MAX_DEPTH, MAX_VALUES } from '@grokscope/schema';
import type { FastifyInstance } from 'fastify';

/** How much one body or message may hold; a complete spec has a hundredth of it. */
const BOUNDS = { maxDepth: MAX_DEPTH, maxValues: MAX_VALUES };

/** Describes why a client's text is too complex to parse, as the rest of a sentence; undefined if it may be parsed. */
export const beyondReading = (text: string): string | undefined => jsonExcess(text, BOUNDS);

/**
 * Reads bodies of requests like Fastify does, but only those that can be processed without holding up other requests.
 */
export function readBoundedJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body.toString();
    const excess = beyondReading(text);
    if (excess === undefined) return parse(request, text, done);
    done(Object.assign(new Error(`the body ${excess}`), { statusCode: 413, code: 'bodyTooComplex' }));
  });
}
