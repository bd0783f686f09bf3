import * as E from 'fp-ts/lib/Either.js';
import type { CheckpointFile, RunReader, StoreError } from '@grokscope/store';
import { describeStoreError } from '@grokscope/store';

/**
 * Returns the newest undamaged weights of a run. For each newer checkpoint, `note` is called with a description of its
 * fault.
 */
export async function newestWeights(
  run: RunReader,
  note: (line: string) => void = () => undefined,
): Promise<E.Either<StoreError, CheckpointFile>> {
  const steps = await run.checkpointSteps()();
  if (E.isLeft(steps)) return steps;
  const damaged: StoreError[] = [];
  for (const step of [...steps.right].reverse()) {
    const weights = await weightsAt(run, step);
    if (E.isLeft(weights) && weights.left._tag === 'MalformedCheckpoint') {
      damaged.push(weights.left);
      continue;
    }
    for (const error of damaged) {
      note(`not from a newer checkpoint but that of step ${step}: ${describeStoreError(error)}\n`);
    }
    return weights;
  }
  const [newest] = damaged;
  return newest === undefined ? run.readCheckpointFile('newest')() : E.left(newest);
}

/** Returns the weights of a step; they are decoded once, so that a damaged file is refused and not passed on. */
export async function weightsAt(run: RunReader, step: number): Promise<E.Either<StoreError, CheckpointFile>> {
  const checkpoint = await run.readCheckpoint(step)();
  return E.isLeft(checkpoint) ? checkpoint : run.readCheckpointFile(checkpoint.right.step)();
}
