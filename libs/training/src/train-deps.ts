import type { Engine } from '@grokscope/engine';
import type { Measure } from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { FullCatalogue } from '@grokscope/parts';
import type { Dataset } from '@grokscope/tasks';
import type { Observable } from 'rxjs';
import type { TrainingCommand } from './item.js';
import type { ResumeFrom } from './resume.js';

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
  /**
   * One value for each item that the listener is done with. The run then waits at step borders while it is too far ahead;
   * absent: it never waits.
   */
  readonly taken$?: Observable<unknown>;
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
