import { EngineError } from '@grokscope/engine';
import type { RunSpec } from '@grokscope/schema';
import { Observable } from 'rxjs';
import { CommandQueue } from './commands/commands.js';
import { Backlog } from './backlog.js';
import type { ToldItem, TrainingItem } from './item.js';
import { numbered } from './operators/numbered.js';
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
export const train = (spec: RunSpec, deps: TrainDeps): Observable<TrainingItem> =>
  trainFacts(spec, deps).pipe(numbered(deps.runId, deps.now));

/**
 * Like `train`, but before the facts are numbered: for a listener that numbers them itself, as the recorder of a run
 * does.
 */
export function trainFacts(spec: RunSpec, deps: TrainDeps): Observable<ToldItem> {
  return new Observable<ToldItem>((subscriber) => {
    const queue = new CommandQueue(deps.commands$, (error) => subscriber.error(error));
    const backlog = new Backlog(deps.taken$, (error) => subscriber.error(error));
    const loop = new RunLoop(spec, deps, queue, backlog, (item) => subscriber.next(item));
    const close = (): void => {
      queue.close();
      backlog.close();
    };
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
      .finally(close);
    return () => {
      loop.cancel();
      close();
    };
  });
}
