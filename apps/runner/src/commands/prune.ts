import * as E from 'fp-ts/lib/Either.js';
import { formatCount } from '@grokscope/figures';
import { listRuns, pruneCheckpoints } from '@grokscope/store';
import type { CliError } from '../errors.js';
import { EXIT, usage } from '../errors.js';
import type { Output } from '../output.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';
import type { ControlOptions } from './control.js';

/** Options of `grokscope prune`, as commander passes them. */
export interface PruneOptions extends ControlOptions {
  readonly keepLast: number;
  readonly keepEvery?: number;
  readonly all?: true;
  readonly dryRun?: true;
}

/** `grokscope prune`: deletes the checkpoints of runs that are not live, except those that a policy keeps. */
export async function pruneCommand(
  runIds: readonly string[],
  options: PruneOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  if ((runIds.length === 0) !== (options.all === true)) {
    return E.left(usage('prune takes runs, or --all for every run of the folder'));
  }
  let chosen = runIds;
  if (options.all === true) {
    const runs = await listRuns(runsDir.right)();
    if (E.isLeft(runs)) return E.left({ _tag: 'Store', error: runs.left });
    chosen = runs.right.flatMap(({ runId, problem }) => (problem === null ? [runId] : []));
  }
  const policy = {
    keepLast: options.keepLast,
    ...(options.keepEvery === undefined ? {} : { keepEvery: options.keepEvery }),
  };
  const dryRun = options.dryRun === true;
  for (const runId of chosen) {
    const pruned = await pruneCheckpoints(runsDir.right, runId, policy, { dryRun })();
    if (E.isLeft(pruned)) {
      // When all runs are pruned, live ones are left unchanged.
      if (options.all === true && pruned.left._tag === 'RunHeld') continue;
      return E.left(await withSuggestion(pruned.left, runsDir.right, runId));
    }
    const { removed, kept, freedBytes } = pruned.right;
    const verb = dryRun ? 'would delete' : 'deleted';
    output.out(
      `${runId}: ${verb} ${formatCount(removed.length)} of ${formatCount(removed.length + kept.length)} checkpoints (${(freedBytes / 1e6).toFixed(1)} MB)\n`,
    );
  }
  return E.right(EXIT.done);
}
