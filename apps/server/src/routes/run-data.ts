import { Readable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import type { FastifyInstance } from 'fastify';
import { builtInMeasures } from '@grokscope/interpret';
import { specError } from '@grokscope/schema';
import type { SpecError } from '@grokscope/schema';
import {
  EventCursor,
  OutlineBuilder,
  isMeasureColumn,
  isSeriesMetric,
  readFailure,
  seriesMetrics,
} from '@grokscope/store';
import type { RunOutline, RunReader } from '@grokscope/store';
import { Analyses } from '../work/analyses.js';
import type { ServerError } from '../errors.js';
import type { Query } from '../requests/query.js';
import { faultsOf, wholeNumber } from '../requests/query.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyEither, replyError } from './reply.js';
import type { RunParams } from './runs.js';
import { routeSchemas } from './schemas.js';

const DEFAULT_POINTS = 1000;
const MAX_POINTS = 100_000;
const DEFAULT_STRETCHES = 400;
const MAX_STRETCHES = 5000;
const PAGE_BYTES = 256 << 10;
const NEWLINE = Buffer.from('\n');
const STEPS = [0, Number.MAX_SAFE_INTEGER] as const;

const METRICS = `one of ${seriesMetrics.join(', ')}, or a measure by its column in exports, as restrictedLoss.all or measures.NAME`;

function badInput(errors: readonly SpecError[]): ServerError {
  return { _tag: 'BadInput', code: 'invalidQuery', errors };
}

/** The stored lines after `since`, read as fast as they are taken. */
async function* eventLines(folder: string, since: number): AsyncGenerator<Buffer, void> {
  const cursor = new EventCursor(folder);
  for (;;) {
    const lines = await cursor.next(PAGE_BYTES);
    if (lines.length === 0) return;
    const wanted = lines.filter(({ seq }) => seq > since);
    if (wanted.length > 0) yield Buffer.concat(wanted.flatMap(({ line }) => [line, NEWLINE]));
  }
}

/** The past of a run after `since`, in little. */
async function outlineOf(
  { folder }: RunReader,
  since: number,
  stretches: number,
): Promise<E.Either<ServerError, RunOutline>> {
  const cursor = new EventCursor(folder);
  const builder = new OutlineBuilder(stretches);
  try {
    for (;;) {
      const lines = await cursor.next(PAGE_BYTES);
      if (lines.length === 0) break;
      for (const line of lines) if (line.seq > since) builder.add(line);
    }
  } catch (thrown) {
    return E.left({ _tag: 'Store', error: readFailure(folder, thrown) });
  }
  const outline = builder.outline();
  return E.right({ ...outline, seq: Math.max(outline.seq, Math.min(since, cursor.position.seq - 1)) });
}

/** A step of an address, or why it is none. */
function stepOf(text: string): E.Either<ServerError, number | 'newest'> {
  if (text === 'newest') return E.right(text);
  if (/^\d{1,15}$/.test(text)) return E.right(Number(text));
  return E.left(badInput([specError('step', text, 'a step, or newest')]));
}

interface StepParams {
  readonly Params: { readonly id: string; readonly step: string };
}

/** What a run has recorded: events, curves, checkpoints, and what these show. */
export function runDataRoutes(app: FastifyInstance, registry: RunRegistry, analyses = new Analyses()): void {
  app.get<RunParams & { Querystring: Query }>(
    '/api/runs/:id/events',
    { schema: routeSchemas.events },
    async (request, reply) => {
      const since = wholeNumber(request.query, 'since', [-1, Number.MAX_SAFE_INTEGER], -1);
      if (E.isLeft(since)) return replyError(reply, badInput([since.left]));
      const reader = await registry.open(request.params.id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const lines = Readable.from(eventLines(reader.right.folder, since.right), { objectMode: false });
      return reply.type('application/x-ndjson').send(lines);
    },
  );

  app.get<RunParams & { Querystring: Query }>(
    '/api/runs/:id/outline',
    { schema: routeSchemas.outline(MAX_STRETCHES) },
    async (request, reply) => {
      const since = wholeNumber(request.query, 'since', [-1, Number.MAX_SAFE_INTEGER], -1);
      const stretches = wholeNumber(request.query, 'stretches', [1, MAX_STRETCHES], DEFAULT_STRETCHES);
      if (E.isLeft(since) || E.isLeft(stretches)) {
        return replyError(reply, badInput(faultsOf([since, stretches])));
      }
      const reader = await registry.open(request.params.id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const outline = await outlineOf(reader.right, since.right, stretches.right);
      if (E.isLeft(outline)) return replyError(reply, outline.left);
      return reply.send({ runId: request.params.id, ...outline.right });
    },
  );

  app.get<RunParams & { Querystring: Query }>(
    '/api/runs/:id/series',
    { schema: routeSchemas.series(seriesMetrics, MAX_POINTS) },
    async (request, reply) => {
      const { metric } = request.query;
      const points = wholeNumber(request.query, 'points', [1, MAX_POINTS], DEFAULT_POINTS);
      const from = wholeNumber(request.query, 'from', STEPS, 0);
      const to = wholeNumber(request.query, 'to', STEPS, Number.MAX_SAFE_INTEGER);
      const isCurve =
        typeof metric === 'string' && (isSeriesMetric(metric) || isMeasureColumn(metric, builtInMeasures));
      const wrong = [...faultsOf([points, from, to])];
      if (!isCurve) wrong.unshift(specError('metric', metric, METRICS));
      if (!isCurve || wrong.length > 0 || E.isLeft(points) || E.isLeft(from) || E.isLeft(to)) {
        return replyError(reply, badInput(wrong));
      }
      const query = { from: from.right, to: to.right, points: points.right, measures: builtInMeasures };
      const series = await registry.series(request.params.id, metric, query)();
      if (E.isLeft(series)) return replyError(reply, series.left);
      return reply.send({ runId: request.params.id, metric, ...series.right });
    },
  );

  app.get<RunParams>(
    '/api/runs/:id/checkpoints',
    { schema: routeSchemas.checkpoints },
    async (request, reply) => {
      const reader = await registry.open(request.params.id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const steps = await reader.right.checkpointSteps()();
      if (E.isLeft(steps)) return replyError(reply, { _tag: 'Store', error: steps.left });
      return reply.send(steps.right.map((step) => ({ step })));
    },
  );

  app.get<StepParams>(
    '/api/runs/:id/checkpoints/:step',
    { schema: routeSchemas.checkpoint },
    async (request, reply) => {
      const { id } = request.params;
      const step = stepOf(request.params.step);
      if (E.isLeft(step)) return replyError(reply, step.left);
      const reader = await registry.open(id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const file = await reader.right.readCheckpointFile(step.right)();
      if (E.isLeft(file)) return replyError(reply, { _tag: 'Store', error: file.left });
      const name = `${id}-step-${file.right.step}.safetensors`;
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(Buffer.from(file.right.bytes));
    },
  );

  app.get<StepParams>(
    '/api/runs/:id/analysis/:step',
    { schema: routeSchemas.analysis },
    async (request, reply) => {
      const { id } = request.params;
      const asked = stepOf(request.params.step);
      if (E.isLeft(asked)) return replyError(reply, asked.left);
      const reader = await registry.open(id)();
      if (E.isLeft(reader)) return replyError(reply, reader.left);
      const checkpoint = await reader.right.readCheckpoint(asked.right)();
      if (E.isLeft(checkpoint)) return replyError(reply, { _tag: 'Store', error: checkpoint.left });
      const { step, tensors } = checkpoint.right;
      const { spec } = reader.right.record;
      return replyEither(reply, await analyses.of(`${id} ${step}`, { spec, step, tensors }));
    },
  );
}
