import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FastifyInstance } from 'fastify';
import { builtInMeasures } from '@grokscope/interpret';
import type { CheckpointList, MeasureInfo, RunOutline, RunSeries } from '@grokscope/schema';
import {
  EventCursor,
  OutlineBuilder,
  isMeasureColumn,
  isSeriesMetric,
  readFailure,
  seriesMetrics,
} from '@grokscope/store';
import type { Outline, RunReader } from '@grokscope/store';
import { strangeFiles } from '../requests/own-files.js';
import { Analyses } from '../work/analyses.js';
import type { ServerError } from '../errors.js';
import { badInput, storeFailure } from '../errors.js';
import type { FromQuery, Query } from '../requests/query.js';
import { together, wholeNumber, wrong } from '../requests/query.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyWith } from './reply.js';
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

/** The stored lines after `since`, read as fast as the client takes them. */
async function* eventLines(folder: string, since: number): AsyncGenerator<Buffer, void> {
  const cursor = new EventCursor(folder);
  for (;;) {
    const lines = await cursor.next(PAGE_BYTES);
    if (lines.length === 0) return;
    const wanted = lines.filter(({ seq }) => seq > since);
    if (wanted.length > 0) yield Buffer.concat(wanted.flatMap(({ line }) => [line, NEWLINE]));
  }
}

/** The outline of a run's past after `since`. */
const outlineOf = (
  { folder }: RunReader,
  since: number,
  stretches: number,
): TE.TaskEither<ServerError, Outline> =>
  TE.tryCatch(
    async () => {
      const cursor = new EventCursor(folder);
      const builder = new OutlineBuilder(stretches);
      for (;;) {
        const lines = await cursor.next(PAGE_BYTES);
        if (lines.length === 0) break;
        for (const line of lines) if (line.seq > since) builder.add(line);
      }
      const outline = builder.outline();
      return { ...outline, seq: Math.max(outline.seq, Math.min(since, cursor.position.seq - 1)) };
    },
    (thrown) => storeFailure(readFailure(folder, thrown)),
  );

const sinceOf = (query: Query): FromQuery<number> =>
  wholeNumber(query, 'since', [-1, Number.MAX_SAFE_INTEGER], -1);

/** The curve that a query names, of the measures there are. */
const metricOf = ({ metric }: Query, measures: readonly MeasureInfo[]): FromQuery<string> =>
  typeof metric === 'string' && (isSeriesMetric(metric) || isMeasureColumn(metric, measures))
    ? E.right(metric)
    : wrong('metric', metric, METRICS);

/** A step in a path, or the reason why it is not one. */
function stepOf(text: string): FromQuery<number | 'newest'> {
  if (text === 'newest') return E.right(text);
  return /^\d{1,15}$/.test(text) ? E.right(Number(text)) : wrong('step', text, 'a step, or newest');
}

/** The values of a path or its query; an error lists every fault. */
const asked = <T>(read: FromQuery<T>): TE.TaskEither<ServerError, T> =>
  TE.fromEither(E.mapLeft(badInput('invalidQuery'))(read));

interface StepParams {
  readonly Params: { readonly id: string; readonly step: string };
}
type WithQuery = RunParams & { readonly Querystring: Query };

/** What a run has recorded: events, curves, checkpoints, and analyses of these. */
export function runDataRoutes(app: FastifyInstance, registry: RunRegistry, analyses = new Analyses()): void {
  const measures = [...builtInMeasures, ...registry.parts.measures];
  app.get<WithQuery>(
    '/api/runs/:id/events',
    { schema: routeSchemas.events },
    ({ params: { id }, query }, reply) =>
      pipe(
        asked(sinceOf(query)),
        TE.bindTo('since'),
        TE.bind('reader', () => registry.open(id)),
        TE.map(({ since, reader }) => {
          reply.type('application/x-ndjson');
          return Readable.from(eventLines(reader.folder, since), { objectMode: false });
        }),
        replyWith(reply),
      ),
  );

  app.get<WithQuery>(
    '/api/runs/:id/outline',
    { schema: routeSchemas.outline(MAX_STRETCHES) },
    ({ params: { id }, query }, reply) =>
      pipe(
        asked(
          together({
            since: sinceOf(query),
            stretches: wholeNumber(query, 'stretches', [1, MAX_STRETCHES], DEFAULT_STRETCHES),
          }),
        ),
        TE.bind('reader', () => registry.open(id)),
        TE.chain(({ reader, since, stretches }) => outlineOf(reader, since, stretches)),
        TE.map((outline): RunOutline => ({ runId: id, ...outline })),
        replyWith(reply),
      ),
  );

  app.get<WithQuery>(
    '/api/runs/:id/series',
    { schema: routeSchemas.series(seriesMetrics, MAX_POINTS) },
    ({ params: { id }, query }, reply) =>
      pipe(
        asked(
          together({
            metric: metricOf(query, measures),
            points: wholeNumber(query, 'points', [1, MAX_POINTS], DEFAULT_POINTS),
            from: wholeNumber(query, 'from', STEPS, 0),
            to: wholeNumber(query, 'to', STEPS, Number.MAX_SAFE_INTEGER),
          }),
        ),
        TE.bind('series', ({ metric, ...part }) => registry.series(id, metric, { ...part, measures })),
        TE.map(({ metric, series }): RunSeries => ({ runId: id, metric, ...series })),
        replyWith(reply),
      ),
  );

  app.get<RunParams>(
    '/api/runs/:id/checkpoints',
    { schema: routeSchemas.checkpoints },
    ({ params: { id } }, reply) =>
      pipe(
        registry.open(id),
        TE.chain((reader) => TE.mapLeft(storeFailure)(reader.checkpointSteps())),
        TE.map((steps): CheckpointList => steps.map((step) => ({ step }))),
        replyWith(reply),
      ),
  );

  app.get<StepParams>(
    '/api/runs/:id/checkpoints/:step',
    { schema: routeSchemas.checkpoint },
    ({ params: { id, step } }, reply) =>
      pipe(
        asked(stepOf(step)),
        TE.bindTo('step'),
        TE.bind('reader', () => registry.open(id)),
        TE.chain((found) => TE.mapLeft(storeFailure)(found.reader.readCheckpointFile(found.step))),
        TE.map((file) => {
          const name = `${id}-step-${file.step}.safetensors`;
          reply
            .type('application/octet-stream')
            .header('content-disposition', `attachment; filename="${name}"`);
          return Buffer.from(file.bytes);
        }),
        replyWith(reply),
      ),
  );

  app.get<StepParams>(
    '/api/runs/:id/analysis/:step',
    { schema: routeSchemas.analysis },
    ({ params: { id, step: wanted } }, reply) =>
      pipe(
        asked(stepOf(wanted)),
        TE.bindTo('wanted'),
        TE.bind('reader', () => registry.open(id)),
        TE.chainFirst(({ reader }) => {
          const strange = strangeFiles(reader.record, registry.parts);
          return strange === undefined ? TE.right(undefined) : TE.left(strange);
        }),
        TE.bind('checkpoint', (found) => TE.mapLeft(storeFailure)(found.reader.readCheckpoint(found.wanted))),
        TE.chain(({ reader, checkpoint: { step, tensors } }) =>
          analyses.of(`${id} ${step}`, {
            spec: reader.record.spec,
            step,
            tensors,
            folder: join(registry.runsDir, id),
            files: reader.record.files ?? [],
          }),
        ),
        replyWith(reply),
      ),
  );
}
