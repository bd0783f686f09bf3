import type { NamedTensor } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';
import type { ToldItem, TrainingCommand, TrainingItem } from '@grokscope/training';
import type { Observable } from 'rxjs';
import type { PartsOptions } from '../parts/equip.js';
import type { TrainOptions } from '../train/train.js';

/** Where a run is kept, what computes it, and how it is observed and controlled. */
export interface ExecuteRunOptions extends PartsOptions {
  /** The runs folder; created if it does not exist. */
  readonly runsDir: string;
  /** Default: a new id made from the spec's name and the time. */
  readonly runId?: string;
  readonly engine?: TrainOptions['engine'];
  readonly threads?: number;
  /** False runs the graph without rewrites. Default true. */
  readonly rewrites?: boolean;
  /** True keeps every checkpoint. Default: old ones are thinned out evenly when they become many or large. */
  readonly keepAllCheckpoints?: boolean;
  /** The initial weights, and the file they were read from. */
  readonly initial?: { readonly path: string; readonly weights: readonly NamedTensor[] };
  /** Steps between snapshots for `onItem`, in addition to those of `observe`. */
  readonly snapshotEvery?: number;
  readonly commands$?: Observable<TrainingCommand>;
  /** Aborting it ends the run after a checkpoint, as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Called with each event once it is stored, and with each snapshot. Must not throw. */
  readonly onItem?: (item: TrainingItem) => void;
}

/** What `executeRun` needs from outside; tests replace it. */
export interface ExecuteRunDeps {
  /** Emits the facts of the run; the recorder numbers them. */
  readonly train: (spec: RunSpec, options: TrainOptions) => Observable<ToldItem>;
  readonly now: () => Date;
}
