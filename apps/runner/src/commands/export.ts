import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { errorCode, openRun, writeFileAtomic } from '@grokscope/store';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';

/** Options of `grokscope export`, as commander gives them. */
export interface ExportOptions {
  readonly format: 'safetensors';
  readonly step?: number;
  readonly out?: string;
  readonly runs?: string;
}

/** `grokscope export`: the weights of a run's newest checkpoint, or of the one at `--step`, as a file. */
export async function exportCommand(
  runId: string,
  options: ExportOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const run = await openRun(runsDir.right, runId)();
  if (E.isLeft(run)) return E.left(await withSuggestion(run.left, runsDir.right, runId));
  // Decoded, so that a damaged file is refused rather than handed on.
  const checkpoint = await run.right.readCheckpoint(options.step ?? 'newest')();
  if (E.isLeft(checkpoint)) return E.left({ _tag: 'Store', error: checkpoint.left });
  const { step } = checkpoint.right;
  const file = await run.right.readCheckpointFile(step)();
  if (E.isLeft(file)) return E.left({ _tag: 'Store', error: file.left });
  const path = await outputPath(options.out, `${runId}-step-${step}.safetensors`);
  try {
    await writeFileAtomic(path, file.right.bytes);
  } catch (thrown) {
    const why = errorCode(thrown) === 'ENOENT' ? 'its folder does not exist' : messageOf(thrown);
    return E.left(usage(`could not write ${path}: ${why}`));
  }
  output.out(`${path}\n`);
  return E.right(EXIT.done);
}

async function outputPath(out: string | undefined, name: string): Promise<string> {
  if (out === undefined) return resolve(name);
  const isFolder = await stat(out).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isFolder ? join(resolve(out), name) : resolve(out);
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
