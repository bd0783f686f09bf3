import type { Engine } from '@grokscope/engine';
import type { Measure } from '@grokscope/interpret';
import type { NamedTensor } from '@grokscope/model';
import type { FullCatalogue } from '@grokscope/parts';
import type { Dataset } from '@grokscope/tasks';
import type { Observable } from 'rxjs';
import type { TrainingCommand } from './item.js';
import type { ResumeFrom } from './resume.js';

/** The dependencies of a run: everything it does not compute itself. */
export interface TrainDeps {
  /** The engine that computes; it belongs to the caller and outlives the run. */
  readonly engine: Engine;
  /** The examples, made from the spec's task and data. */
  readonly dataset: Dataset;
  /** Name of the run in every event. */
  readonly runId: string;
  /**
   * The catalogue by which the spec was decoded, in which the parts it names are looked up. Default: the built-in one.
   */
  readonly catalogue?: FullCatalogue;
  /** Why this engine, in words for the `started` event. */
  readonly why: string;
  /** Pause, resume, step, stop, set: handled between steps. */
  readonly commands$?: Observable<TrainingCommand>;
  /**
   * One value for each item that the listener has processed. The run then waits between steps while it is too far
   * ahead; absent: it never waits.
   */
  readonly taken$?: Observable<unknown>;
  /** Weights to start from, in TransformerLens layout and order; default: drawn from `model.seed`. */
  readonly initialWeights?: readonly NamedTensor[];
  /** The state to continue from, instead of initial weights at step 0. */
  readonly resumeFrom?: ResumeFrom;
  /** Steps between snapshots for display, in addition to those of `observe.progressEvery`. */
  readonly snapshotEvery?: number;
  /** Measures in addition to the built-in ones, reported in `progress` events; `started` describes them. */
  readonly measures?: readonly Measure[];
  /** False runs the graph without rewrites. */
  readonly rewrites?: boolean;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
}
