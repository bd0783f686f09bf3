import type { NamedTensor } from '@grokscope/model';
import type { ResumeFrom, TrainingCommand } from '@grokscope/training';
import type { Observable } from 'rxjs';
import type { ExactEngineChoice } from '../engines/engines.js';
import type { PartsOptions } from '../parts/equip.js';

/**
 * How a run is computed; everything has a default. Parts that code hands over train in the calling thread; those of the
 * files that a spec names in `use` in a thread of the run's own.
 */
export interface TrainOptions extends PartsOptions {
  /** Name of the run in its events; default: the spec's name. */
  readonly runId?: string;
  /** Default `auto`. */
  readonly engine?: ExactEngineChoice;
  /** Default: one a core, four at most. */
  readonly threads?: number;
  /** Pause, resume, step, stop, set: taken at step borders. A wrong one is told as `commandAnswer`, `refused`. */
  readonly commands$?: Observable<TrainingCommand>;
  /** One value for each item that the listener is done with: the run waits at step borders while it is too far ahead. */
  readonly taken$?: Observable<unknown>;
  /** Weights to start from, in TransformerLens layout and order; default: drawn from `model.seed`. */
  readonly initialWeights?: readonly NamedTensor[];
  /** Where to go on from, instead of initial weights at step 0. */
  readonly resumeFrom?: ResumeFrom;
  /** Steps between snapshots to look at, besides those of `observe.progressEvery`. */
  readonly snapshotEvery?: number;
  /** False runs the graph without rewrites: the same results within rounding, slower. Default true. */
  readonly rewrites?: boolean;
}
