import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { errorCode, openRun, writeFileAtomic } from '@grokscope/store';
import { exportRun } from 'grokscope';
import type { RunFormat } from 'grokscope';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';

/** Options of `grokscope export`, as commander passes them. */
export interface ExportOptions {
  readonly format: readonly RunFormat[];
  readonly step?: number;
  readonly out?: string;
  readonly runs?: string;
}

/**
 * `grokscope export`: writes the numbers of a run as CSV, Parquet or TensorBoard events, or the weights of its newest
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
    const made = await exportRun(opened.right, format, step ?? 'newest', output.err);
    if (E.isLeft(made)) return E.left({ _tag: 'Store', error: made.left });
    const { name, path: below = name, bytes, beside } = made.right;
    const needsFolder = formats.length > 1 || format === 'tensorboard';
    const main = await outputPath(out, below, needsFolder);
    for (const file of [{ name: basename(main), bytes }, ...(beside?.(basename(main)) ?? [])]) {
      const path = join(dirname(main), file.name);
      const problem = await writeOut(path, file.bytes, needsFolder);
      if (problem !== undefined) return E.left(usage(`could not write ${path}: ${problem}`));
      output.out(`${path}\n`);
    }
  }
  return E.right(EXIT.done);
}

/** Writes a file, and its folder if one is needed; returns a description of the failure, if any. */
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

/** The path of the output file: `out` is its folder if it is one or must be one, else the file itself. */
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
