import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, parse, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { encodeCsv, encodeParquet, encodeTensorboard } from '@grokscope/formats';
import type { Table } from '@grokscope/formats';
import { builtInMeasures } from '@grokscope/interpret';
import { knownMeasures } from '@grokscope/schema';
import type { RunReader, StoreError } from '@grokscope/store';
import { columnNotes, errorCode, eventScalars, openRun, runTables, writeFileAtomic } from '@grokscope/store';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { newestWeights, weightsAt } from '../newest-weights.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';

/** The formats a run is exported to. */
export const exportFormats = ['csv', 'parquet', 'safetensors', 'tensorboard'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** Options of `grokscope export`, as commander gives them. */
export interface ExportOptions {
  readonly format: readonly ExportFormat[];
  readonly step?: number;
  readonly out?: string;
  readonly runs?: string;
}

/** A file to write: its path below the folder asked for, or in place of that where it is a file. */
interface ExportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What one format is of a run: its main file, and others that lie beside it under names derived from its own. */
interface Exported extends ExportFile {
  readonly beside?: (path: string) => readonly { readonly path: string; readonly bytes: Uint8Array }[];
}

/**
 * `grokscope export`: the numbers of a run as CSV, Parquet or TensorBoard events, or the weights of its newest
 * good checkpoint (or of the one at `--step`, which must be good) as safetensors. Prints the path of each file.
 */
export async function exportCommand(
  runId: string,
  options: ExportOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const { format: formats, step, out } = options;
  if (step !== undefined && !formats.includes('safetensors')) {
    return E.left(usage('--step picks a checkpoint: it goes with --format safetensors'));
  }
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const opened = await openRun(runsDir.right, runId)();
  if (E.isLeft(opened)) return E.left(await withSuggestion(opened.left, runsDir.right, runId));
  for (const format of formats) {
    const file = await makers[format](opened.right, step ?? 'newest', output);
    if (E.isLeft(file)) return E.left({ _tag: 'Store', error: file.left });
    const { name, bytes, beside } = file.right;
    const needsFolder = formats.length > 1 || format === 'tensorboard';
    const path = await outputPath(out, name, needsFolder);
    for (const one of [{ path, bytes }, ...(beside?.(path) ?? [])]) {
      const problem = await writeOut(one.path, one.bytes, needsFolder);
      if (problem !== undefined) return E.left(usage(`could not write ${one.path}: ${problem}`));
      output.out(`${one.path}\n`);
    }
  }
  return E.right(EXIT.done);
}

/** Writes a file, and its folder where there has to be one; answers what stood in the way. */
async function writeOut(path: string, bytes: Uint8Array, needsFolder: boolean): Promise<string | undefined> {
  try {
    if (needsFolder) await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, bytes);
    return undefined;
  } catch (thrown) {
    const folder = dirname(path);
    return errorCode(thrown) === 'ENOENT'
      ? `its folder ${folder} does not exist; make it, or give another --out`
      : messageOf(thrown);
  }
}

type Maker = (
  run: RunReader,
  step: number | 'newest',
  output: Output,
) => Promise<E.Either<StoreError, Exported>>;

const makers: Readonly<Record<ExportFormat, Maker>> = {
  csv: tables('csv', encodeCsv),
  parquet: tables('parquet', encodeParquet),
  tensorboard: async (run) => {
    const events = await run.readEvents()();
    if (E.isLeft(events)) return events;
    const seconds = Math.floor(Date.parse(run.record.createdAt) / 1000);
    // TensorBoard takes a folder for a run, and a file for events by `tfevents` in its name.
    const name = join(run.record.runId, `events.out.tfevents.${seconds}.grokscope`);
    return E.right({ name, bytes: encodeTensorboard(eventScalars(events.right, builtInMeasures)) });
  },
  safetensors: async (run, step, output) => {
    const weights = step === 'newest' ? await newestWeights(run, output.err) : await weightsAt(run, step);
    if (E.isLeft(weights)) return weights;
    const name = `${run.record.runId}-step-${weights.right.step}.safetensors`;
    return E.right({ name, bytes: weights.right.bytes });
  },
};

/**
 * The tables of a run in one format: what was measured in the main file; beside it `…-phases`, `…-commands`, and
 * `…-columns.md`, which says what every column is.
 */
function tables(extension: 'csv' | 'parquet', encode: (table: Table) => Uint8Array): Maker {
  return async (run) => {
    const events = await run.readEvents()();
    if (E.isLeft(events)) return events;
    const measures = knownMeasures(events.right, builtInMeasures);
    const all = runTables(events.right, measures);
    return E.right({
      name: `${run.record.runId}-metrics.${extension}`,
      bytes: encode(all.metrics),
      beside: (path) => {
        const { dir, name } = parse(path);
        const stem = join(dir, name.replace(/-metrics$/, ''));
        const files = {
          metrics: path,
          phases: `${stem}-phases.${extension}`,
          commands: `${stem}-commands.${extension}`,
        };
        const names = {
          metrics: basename(files.metrics),
          phases: basename(files.phases),
          commands: basename(files.commands),
        };
        return [
          { path: files.phases, bytes: encode(all.phases) },
          { path: files.commands, bytes: encode(all.commands) },
          { path: `${stem}-columns.md`, bytes: new TextEncoder().encode(columnNotes(all, names, measures)) },
        ];
      },
    });
  };
}

/** Where a file goes: `out` is its folder where it is one, or has to be; else the file itself. */
async function outputPath(out: string | undefined, name: string, needsFolder: boolean): Promise<string> {
  if (out === undefined) return resolve(name);
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder || needsFolder ? join(resolve(out), name) : resolve(out);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
