import * as E from 'fp-ts/lib/Either.js';
import { openRun } from '@grokscope/store';
import { resumeRun } from 'grokscope';
import type { CliError } from '../errors.js';
import { usage } from '../errors.js';
import { interruptOnSignals } from '../interruption.js';
import type { Output } from '../output.js';
import { interruptedWords } from '../present/run-text.js';
import { endingExitCode, runView } from '../present/run-view.js';
import { runsDirOf } from '../runs-dir.js';
import { withSuggestion } from '../suggest-run.js';
import type { RunOptions } from './run-options.js';

/** `grokscope run --resume RUN`: continues a run with its own spec, engine and threads. Returns the exit code. */
export async function resumeCommand(
  runId: string,
  presetOrFile: string | undefined,
  options: RunOptions,
  output: Output,
): Promise<E.Either<CliError, number>> {
  const fixed = fixedBy(presetOrFile, options);
  if (fixed !== undefined) {
    return E.left(
      usage(`--resume takes the spec, the engine and the threads from the run: ${fixed} cannot be given`),
    );
  }
  const steps = options.steps === undefined ? undefined : Number(options.steps);
  if (steps !== undefined && !(Number.isSafeInteger(steps) && steps >= 1)) {
    return E.left(usage(`--steps: ${options.steps} is not a whole number of at least 1`));
  }
  const runsDir = runsDirOf(options.runs);
  if (E.isLeft(runsDir)) return runsDir;
  const run = await openRun(runsDir.right, runId)();
  if (E.isLeft(run)) return E.left(await withSuggestion(run.left, runsDir.right, runId));
  const view = runView(output, options, steps ?? run.right.record.spec.training.steps, runsDir.right);
  const interruption = interruptOnSignals(output, () => interruptedWords(runId, runsDir.right));
  const result = await resumeRun(runId, {
    runsDir: runsDir.right,
    ...(steps === undefined ? {} : { steps }),
    ...(options.allowChangedParts === undefined ? {} : { allowChangedParts: true }),
    signal: interruption.signal,
    onItem: (item) => {
      if (item.type !== 'snapshot') view(item);
    },
  })();
  interruption.dispose();
  if (E.isRight(result)) return E.right(endingExitCode(result.right));
  const { left: refusal } = result;
  return E.left(
    refusal._tag === 'InvalidSpec'
      ? { _tag: 'BadSpec', source: `the run ${runId}`, errors: refusal.errors }
      : await withSuggestion(refusal, runsDir.right, runId),
  );
}

/** The first given option whose value a resumed run already has. */
function fixedBy(presetOrFile: string | undefined, options: RunOptions): string | undefined {
  if (presetOrFile !== undefined) return `"${presetOrFile}"`;
  if (options.set.length > 0) return '--set';
  if ((options.use ?? []).length > 0) return '--use';
  if (options.engine !== undefined) return '--engine';
  if (options.threads !== undefined) return '--threads';
  if (options.seed !== undefined) return '--seed';
  if (!options.rewrites) return '--no-rewrites';
  if (options.keepAllCheckpoints) return '--keep-all-checkpoints';
  return options.initFrom === undefined ? undefined : '--init-from';
}
