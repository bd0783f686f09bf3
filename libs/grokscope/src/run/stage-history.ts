import * as E from 'fp-ts/lib/Either.js';
import { decodeWeights, parameterCount, type Model } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';
import type { ReopenedRun } from '@grokscope/store';
import { openRun } from '@grokscope/store';
import type { Dataset } from '@grokscope/tasks';
import { keptSteps, type StageHistory } from '@grokscope/training';

/** The most steps that are listed; more are only counted. */
const NAMED = 5;

/**
 * What a resumed run had reported about the inside of the network, and its checkpoints, which are measured again at its
 * end. Checkpoints that are gone or damaged are left out, and `notes` lists them; the final report then covers the
 * others.
 */
export async function stageHistory(
  { history, point, writer }: ReopenedRun,
  runsDir: string,
  spec: RunSpec,
  dataset: Dataset,
  models?: readonly Model[],
): Promise<{ readonly history: StageHistory; readonly notes: readonly string[] }> {
  const { progress, losses, phases } = history;
  const upTo = point?.step ?? -1;
  const known = [...history.checkpoints].filter((step) => step <= upTo).sort((a, b) => a - b);
  const wanted = new Set(keptSteps(known, 4 * parameterCount(spec.model, dataset, models)));
  const opened = await openRun(runsDir, writer.record.runId)();
  const checkpoints: StageHistory['checkpoints'][number][] = [];
  const gone: number[] = [];
  for (const step of known) {
    if (!wanted.has(step)) {
      checkpoints.push({ step });
      continue;
    }
    const read = E.isLeft(opened) ? opened : await opened.right.readCheckpoint(step)();
    const weights = E.isLeft(read)
      ? undefined
      : E.toUnion(E.mapLeft(() => undefined)(decodeWeights(read.right.tensors, spec.model, dataset, models)));
    if (weights === undefined) gone.push(step);
    checkpoints.push(weights === undefined ? { step } : { step, weights });
  }
  return {
    history: { progress: progress.filter(({ step }) => step <= upTo), losses, phases, checkpoints },
    notes: gone.length === 0 ? [] : [goneWords(gone)],
  };
}

function goneWords(steps: readonly number[]): string {
  const named = steps.slice(0, NAMED).join(', ');
  const more = steps.length > NAMED ? ` and ${steps.length - NAMED} more` : '';
  return `the weights of step${steps.length === 1 ? '' : 's'} ${named}${more} are gone or damaged, so they are not measured again with the final keys`;
}
