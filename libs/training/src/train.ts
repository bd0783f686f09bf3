import { EngineError } from '@grokscope/engine';
import type { RunSpec } from '@grokscope/schema';
import { Observable } from 'rxjs';
import { CommandQueue } from './commands/commands.js';
import type { TrainingItem } from './item.js';
import { RunLoop } from './run-loop.js';
import type { TrainDeps } from './train-deps.js';

/**
 * A training run as a cold Observable: subscribing starts it, unsubscribing stops it and frees its tensors.
 *
 * Emits `started`, then `metrics` (step 0 and every `observe.metricsEvery`), snapshots (every
 * `observe.progressEvery`, and with optimizer state every `observe.checkpointEvery`), `command` facts, and one
 * `ended` as the last item whatever ended the run; then completes. An engine that fails or runs out of memory ends
 * the run as `failed`; only defects are errors of the stream.
 *
 * @example
 * train(spec, { engine, dataset, runId: 'a', why: 'chosen' }).subscribe((item) => console.log(item.type));
 */
export function train(spec: RunSpec, deps: TrainDeps): Observable<TrainingItem> {
  return new Observable<TrainingItem>((subscriber) => {
    const queue = new CommandQueue(deps.commands$, (error) => subscriber.error(error));
    const loop = new RunLoop(spec, deps, queue, (item) => subscriber.next(item));
    const failed = (error: unknown): void => {
      if (error instanceof EngineError) loop.fail(error.message);
      else throw error;
    };
    loop
      .run()
      .catch(failed)
      .then(
        () => subscriber.complete(),
        (defect: unknown) => subscriber.error(defect),
      )
      .finally(() => queue.close());
    return () => {
      loop.cancel();
      queue.close();
    };
  });
}
