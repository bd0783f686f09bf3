import { join, parse } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { encodeCsv, encodeParquet, encodeTensorboard } from '@grokscope/formats';
import { builtInMeasures } from '@grokscope/interpret';
import type { Table } from '@grokscope/formats';
import type { MeasureInfo } from '@grokscope/schema';
import { knownMeasures } from '@grokscope/schema';
import type { RunEvent } from '@grokscope/schema';
import type { CheckpointFile, RunReader, RunTables, StoreError } from '@grokscope/store';
import { columnNotes, eventScalars, runTables } from '@grokscope/store';
import { newestWeights, weightsAt } from './newest-weights.js';

/** The formats to which a run is exported. */
export const runFormats = ['csv', 'parquet', 'safetensors', 'tensorboard'] as const;
/** A format to which a run is exported. */
export type RunFormat = (typeof runFormats)[number];

/** The formats of tables. */
export const tableFormats = ['csv', 'parquet'] as const;
/** A format of tables. */
export type TableFormat = (typeof tableFormats)[number];
/** The tables of a run: the measurements first, the description of every column last. */
export const runTableNames = ['metrics', 'phases', 'commands', 'columns'] as const;
/** The name of a table of a run. */
export type RunTableName = (typeof runTableNames)[number];

/** A file of an export, complete in memory. */
export interface ExportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A run in another tool's format. */
export interface RunExport extends ExportedFile {
  /** The path in a folder at which the tool looks for the file, if it is not the file's name. */
  readonly path?: string;
  /** The other files of a table export; their names are derived from the name of the main file. */
  readonly beside?: (name: string) => readonly (ExportedFile & { readonly table: RunTableName })[];
}

/**
 * Exports one run in one format: its numbers, or the weights of its newest good checkpoint (or of the one at `step`,
 * which must be good). For each newer checkpoint that is damaged, `note` is called with a description of the fault.
 * Errors: those of reading events and checkpoints.
 */
export async function exportRun(
  run: RunReader,
  format: RunFormat,
  step: number | 'newest' = 'newest',
  note?: (line: string) => void,
): Promise<E.Either<StoreError, RunExport>> {
  if (format === 'safetensors') {
    const file = await (step === 'newest' ? newestWeights(run, note) : weightsAt(run, step));
    return E.map((weights: CheckpointFile) => weightsExport(run, weights))(file);
  }
  const events = await run.readEvents()();
  return E.map((all: readonly RunEvent[]) => numbersExport(run, format, all))(events);
}

function weightsExport({ record }: RunReader, { bytes, step }: CheckpointFile): RunExport {
  const name = `${record.runId}-step-${step}.safetensors`;
  return { name, mediaType: 'application/octet-stream', bytes };
}

function numbersExport(
  { record: { runId, createdAt } }: RunReader,
  format: Exclude<RunFormat, 'safetensors'>,
  events: readonly RunEvent[],
): RunExport {
  const measures = knownMeasures(events, builtInMeasures);
  if (format !== 'tensorboard') return tablesExport(runId, format, runTables(events, measures), measures);
  // TensorBoard takes a folder for a run, and recognises an event file by `tfevents` in its name.
  const name = `events.out.tfevents.${Math.floor(Date.parse(createdAt) / 1000)}`;
  return {
    name: `${name}.${runId}`,
    path: join(runId, `${name}.grokscope`),
    mediaType: 'application/octet-stream',
    bytes: encodeTensorboard(eventScalars(events, builtInMeasures)),
  };
}

const MEDIA_TYPES = {
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
} as const;

/**
 * The tables of a run: the measurements in the main file; beside it `…-phases`, `…-commands`, and `…-columns.md`, which
 * describes every column.
 */
function tablesExport(
  runId: string,
  format: TableFormat,
  tables: RunTables,
  measures: readonly MeasureInfo[],
): RunExport {
  const encode: (table: Table) => Uint8Array = format === 'csv' ? encodeCsv : encodeParquet;
  const mediaType = MEDIA_TYPES[format];
  return {
    name: `${runId}-metrics.${format}`,
    mediaType,
    bytes: encode(tables.metrics),
    beside: (metrics) => {
      const stem = parse(metrics).name.replace(/-metrics$/, '');
      const names = { metrics, phases: `${stem}-phases.${format}`, commands: `${stem}-commands.${format}` };
      const notes = new TextEncoder().encode(columnNotes(tables, names, measures));
      return [
        { table: 'phases', name: names.phases, mediaType, bytes: encode(tables.phases) },
        { table: 'commands', name: names.commands, mediaType, bytes: encode(tables.commands) },
        {
          table: 'columns',
          name: `${stem}-columns.md`,
          mediaType: 'text/markdown; charset=utf-8',
          bytes: notes,
        },
      ];
    },
  };
}

/** Returns one file of an export: the main one, or the requested table of a table export. */
export function fileOf({ name, mediaType, bytes, beside }: RunExport, table: RunTableName): ExportedFile {
  const other = table === 'metrics' ? undefined : beside?.(name).find((file) => file.table === table);
  return {
    name: other?.name ?? name,
    mediaType: other?.mediaType ?? mediaType,
    bytes: other?.bytes ?? bytes,
  };
}
