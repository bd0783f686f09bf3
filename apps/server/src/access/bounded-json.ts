import { jsonExcess } from '@grokscope/base';
import { MAX_DEPTH, MAX_VALUES } from '@grokscope/schema';
import type { FastifyInstance } from 'fastify';

/** How much one body or message may hold; a spec that says everything has a hundredth of it. */
const BOUNDS = { maxDepth: MAX_DEPTH, maxValues: MAX_VALUES };

/** What of a client's text is beyond reading, as the rest of a sentence; undefined where it may be parsed. */
export const beyondReading = (text: string): string | undefined => jsonExcess(text, BOUNDS);

/** Reads bodies of requests as Fastify does, but only such as hold no more than can be looked at between two others. */
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
