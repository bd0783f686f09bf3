import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as TE from 'fp-ts/lib/TaskEither.js';
import type { FastifyInstance } from 'fastify';
import { specError } from '@grokscope/schema';
import type { SpecError } from '@grokscope/schema';
import { runFormats, runTableNames, tableFormats } from 'grokscope';
import type { RunFormat, RunTableName } from 'grokscope';
import { badInput } from '../errors.js';
import { Exports } from '../work/exports.js';
import type { RunRegistry } from '../registry/registry.js';
import { replyWith } from './reply.js';
import type { RunParams } from './runs.js';
import { routeSchemas } from './schemas.js';

interface Query {
  readonly Querystring: {
    readonly format?: unknown;
    readonly step?: unknown;
    readonly table?: unknown;
  };
}

/** A run in the format of another tool, as `grokscope export` writes it. */
export function runExportRoute(app: FastifyInstance, registry: RunRegistry, exports = new Exports()): void {
  app.get<RunParams & Query>(
    '/api/runs/:id/export',
    { schema: routeSchemas.exported(runFormats, runTableNames) },
    ({ params: { id: runId }, query }, reply) =>
      pipe(
        TE.fromEither(readQuery(query)),
        TE.mapLeft(badInput('invalidQuery')),
        TE.chain((asked) => exports.of({ runsDir: registry.runsDir, runId, ...asked })),
        TE.map(({ name, mediaType, bytes }) => {
          reply.type(mediaType).header('content-disposition', `attachment; filename="${name}"`);
          return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        }),
        replyWith(reply),
      ),
  );
}

function readQuery({
  format,
  step,
  table = 'metrics',
}: Query['Querystring']): E.Either<
  readonly SpecError[],
  { readonly format: RunFormat; readonly step: number | 'newest'; readonly table: RunTableName }
> {
  const errors: SpecError[] = [];
  const known = runFormats.find((name) => name === format);
  if (known === undefined) errors.push(specError('format', format, `one of ${runFormats.join(', ')}`));
  const isStep =
    step === undefined || step === 'newest' || (typeof step === 'string' && /^\d{1,15}$/.test(step));
  if (!isStep) errors.push(specError('step', step, 'a step, or newest'));
  else if (step !== undefined && known !== undefined && known !== 'safetensors') {
    errors.push(
      specError('step', step, 'left out: a step picks a checkpoint, and goes with format=safetensors'),
    );
  }
  const wanted = runTableNames.find((name) => name === table);
  if (wanted === undefined) errors.push(specError('table', table, `one of ${runTableNames.join(', ')}`));
  else if (wanted !== 'metrics' && known !== undefined && !tableFormats.some((name) => name === known)) {
    const allowed = `left out: it picks a table, and goes with format=${tableFormats.join(' or ')}`;
    errors.push(specError('table', table, allowed));
  }
  if (errors.length > 0 || known === undefined || wanted === undefined) return E.left(errors);
  return E.right({
    table: wanted,
    format: known,
    step: step === undefined || step === 'newest' ? 'newest' : Number(step),
  });
}
