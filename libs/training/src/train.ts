import { EngineError, type Engine } from '@grokscope/engine';
import type { Measure } from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { FullCatalogue } from '@grokscope/parts';
import type { RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { Observable } from 'rxjs';
import { CommandQueue } from './commands.js';
import type { TrainingCommand, TrainingItem } from './item.js';
import type { ResumeFrom } from './resume.js';
import { RunLoop } from './run-loop.js';

/** Where a run gets what it does not compute itself. */
export interface TrainDeps {
  /** The engine that computes; it belongs to the caller and outlives the run. */
  readonly engine: Engine;
  /** The examples, made from the spec's task and data. */
  readonly dataset: Dataset;
  /** Name of the run in every event. */
  readonly runId: string;
  /** The catalogue by which the spec was decoded: where the parts that it names are found. Default: the built-in one. */
  readonly catalogue?: FullCatalogue;
  /** Why this engine, in words for the `started` event. */
  readonly why: string;
  /** Pause, resume, step, stop, set: taken at step borders. */
  readonly commands$?: Observable<TrainingCommand>;
  /** Weights to start from, in TransformerLens layout and order; else they are drawn from `model.seed`. */
  readonly initialWeights?: readonly NamedTensor[];
  /** Where to go on from, instead of initial weights at step 0. */
  readonly resumeFrom?: ResumeFrom;
  /** Steps between snapshots to look at, besides those of `observe.progressEvery`. */
  readonly snapshotEvery?: number;
  /** Measures beside the built-in ones, told in `progress` events; `started` describes them. */
  readonly measures?: readonly Measure[];
  /** False runs the graph without rewrites. */
  readonly rewrites?: boolean;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}

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
