import { Readable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import { specError } from '@grokscope/schema';
import type { SpecError } from '@grokscope/schema';
import { seriesMetrics } from '@grokscope/store';
import type { SeriesMetric } from '@grokscope/store';
import type { ServerError } from '../errors.js';
import type { RunRegistry } from '../registry.js';
import { replyError } from './reply.js';
import type { RunParams } from './runs.js';

const DEFAULT_POINTS = 1000;
const MAX_POINTS = 100_000;
const STEPS = [0, Number.MAX_SAFE_INTEGER] as const;

type Query = Readonly<Record<string, string | string[] | undefined>>;

function badInput(errors: readonly SpecError[]): ServerError {
  return { _tag: 'BadInput', code: 'invalidQuery', errors };
}

/** A whole number of a query, or why it is none. */
function wholeNumber(
  query: Query,
  key: string,
  [least, most]: readonly [number, number],
  fallback: number,
): E.Either<SpecError, number> {
  const text = query[key];
  if (text === undefined) return E.right(fallback);
  const value = typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return E.right(value);
  return E.left(specError(key, text, `an integer from ${least} to ${most}`));
}

/** What a run has recorded: events, curves, checkpoints. */
export function runDataRoutes(app: FastifyInstance, registry: RunRegistry): void {
  app.get<RunParams & { Querystring: Query }>(
    '/api/runs/:id/events',
    { schema: { summary: 'The events after seq `since`, one JSON object a line' } },
    async (request, reply) => {
      const since = wholeNumber(request.query, 'since', [-1, Number.MAX_SAFE_INTEGER], -1);
      if (E.isLeft(since)) return replyError(reply, badInput([since.left]));
      const reader = await registry.open(request.params.id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const events = await reader.right.readEvents(since.right)();
      if (E.isLeft(events)) return replyError(reply, { _tag: 'Store', error: events.left });
      const lines = events.right.map((event) => `${JSON.stringify(event)}\n`);
      return reply.type('application/x-ndjson').send(Readable.from(lines));
    },
  );

  app.get<RunParams & { Querystring: Query }>(
    '/api/runs/:id/series',
    {
      schema: {
        summary:
          'One curve from step `from` to step `to` in at most `points` points: `exact` with every measurement where they are so few, else the smallest and largest value of each stretch',
      },
    },
    async (request, reply) => {
      const { metric } = request.query;
      const points = wholeNumber(request.query, 'points', [1, MAX_POINTS], DEFAULT_POINTS);
      const from = wholeNumber(request.query, 'from', STEPS, 0);
      const to = wholeNumber(request.query, 'to', STEPS, Number.MAX_SAFE_INTEGER);
      const isMetric = seriesMetrics.some((known) => known === metric);
      const wrong = [points, from, to].flatMap((number) => (E.isLeft(number) ? [number.left] : []));
      if (!isMetric) wrong.unshift(specError('metric', metric, `one of ${seriesMetrics.join(', ')}`));
      if (wrong.length > 0 || E.isLeft(points) || E.isLeft(from) || E.isLeft(to)) {
        return replyError(reply, badInput(wrong));
      }
      const query = { from: from.right, to: to.right, points: points.right };
      const series = await registry.series(request.params.id, metric as SeriesMetric, query)();
      if (E.isLeft(series)) return replyError(reply, series.left);
      return reply.send({ runId: request.params.id, metric, ...series.right });
    },
  );

  app.get<RunParams>(
    '/api/runs/:id/checkpoints',
    { schema: { summary: 'The steps that have a checkpoint' } },
    async (request, reply) => {
      const reader = await registry.open(request.params.id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const steps = await reader.right.checkpointSteps()();
      if (E.isLeft(steps)) return replyError(reply, { _tag: 'Store', error: steps.left });
      return reply.send(steps.right.map((step) => ({ step })));
    },
  );

  app.get<{ Params: { readonly id: string; readonly step: string } }>(
    '/api/runs/:id/checkpoints/:step',
    { schema: { summary: 'The weights after `step` updates (or `newest`), safetensors' } },
    async (request, reply) => {
      const { id, step } = request.params;
      if (step !== 'newest' && !/^\d{1,15}$/.test(step)) {
        return replyError(reply, badInput([specError('step', step, 'a step, or newest')]));
      }
      const reader = await registry.open(id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const file = await reader.right.readCheckpointFile(step === 'newest' ? step : Number(step))();
      if (E.isLeft(file)) return replyError(reply, { _tag: 'Store', error: file.left });
      const name = `${id}-step-${file.right.step}.safetensors`;
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Buffer.from(file.right.bytes));
    },
  );
}
