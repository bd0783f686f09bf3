import type { NamedTensor } from '@grokscope/model';
import type { ResumeFrom, TrainingCommand } from '@grokscope/training';
import type { Observable } from 'rxjs';
import type { ExactEngineChoice } from '../engines/engines.js';
import type { PartsOptions } from '../parts/equip.js';

/**
 * How a run is computed; everything has a default. Parts that code passes in train in the calling thread; those in the
 * files that a spec names in `use` train in the run's own thread.
 */
export interface TrainOptions extends PartsOptions {
  /** Name of the run in its events; default: the spec's name. */
  readonly runId?: string;
  /** Default `auto`. */
  readonly engine?: ExactEngineChoice;
  /** Default: one a core, four at most. */
  readonly threads?: number;
  /**
   * Pause, resume, step, stop, set: executed at step boundaries. A wrong command is reported by a `commandAnswer`,
   * `refused`.
   */
  readonly commands$?: Observable<TrainingCommand>;
  /**
   * Emits one value for each item that the listener has finished with: the run waits at step boundaries while it is too
   * far ahead.
   */
  readonly taken$?: Observable<unknown>;
  /** Initial weights, in TransformerLens layout and order; default: drawn from `model.seed`. */
  readonly initialWeights?: readonly NamedTensor[];
  /** Where to continue from, instead of initial weights at step 0. */
  readonly resumeFrom?: ResumeFrom;
  /** Steps between snapshots, in addition to those of `observe.progressEvery`. */
  readonly snapshotEvery?: number;
  /** False runs the graph without rewrites: the same results within rounding, slower. Default true. */
  readonly rewrites?: boolean;
}
