import { statSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { isRunId, openRun, type RunRecord } from '@grokscope/store';
import { newestWeights, weightsAt } from 'grokscope';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import { namedRun } from './run-paths.js';
import { runsDirOf } from './runs-dir.js';
import { withSuggestion } from './suggest-run.js';

/** Where to look for the weights of a run, and for which of them. */
export interface WeightsOptions {
  readonly runs?: string;
  /** The step of the checkpoint; default: the newest good one. */
  readonly step?: number;
}

/** A file of weights and, if a run was named, the run's record. */
export interface LocatedWeights {
  readonly path: string;
  readonly run?: RunRecord;
}

/**
 * Returns the path of the weights file that a command names: a file, or a run by its id or its folder. For each newer
 * checkpoint of the run that is damaged, `note` is called.
 */
export async function locateWeights(
  text: string,
  { runs, step }: WeightsOptions,
  note: (line: string) => void,
): Promise<E.Either<CliError, LocatedWeights>> {
  const found = statSync(text, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) {
    return step === undefined
      ? E.right({ path: text })
      : E.left(usage(`--step picks a checkpoint of a run, and ${text} is a file of weights`));
  }
  if (found === undefined && !isRunId(text)) {
    return E.left(usage(`${text} does not exist, and is no run id; give a safetensors file or a run`));
  }
  // A folder may be named without a separator, and a run of the runs folder may have the same name as a folder here.
  const byFolder = namedRun(`${text}/`);
  const named = E.isLeft(byFolder) && isRunId(text) ? namedRun(text) : byFolder;
  if (E.isLeft(named)) return named;
  const runsDir = named.right.runsDir === undefined ? runsDirOf(runs) : E.right(named.right.runsDir);
  if (E.isLeft(runsDir)) return runsDir;
  const { runId } = named.right;
  const run = await openRun(runsDir.right, runId)();
  if (E.isLeft(run)) return E.left(await withSuggestion(run.left, runsDir.right, runId));
  const weights = await (step === undefined ? newestWeights(run.right, note) : weightsAt(run.right, step));
  return E.isLeft(weights)
    ? E.left({ _tag: 'Store', error: weights.left })
    : E.right({ path: weights.right.path, run: run.right.record });
}
