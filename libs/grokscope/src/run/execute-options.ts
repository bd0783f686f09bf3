import type { NamedTensor } from '@grokscope/model';
import type { RunSpec } from '@grokscope/schema';
import type { ToldItem, TrainingCommand, TrainingItem } from '@grokscope/training';
import type { Observable } from 'rxjs';
import type { PartsOptions } from '../parts/equip.js';
import type { TrainOptions } from '../train/train.js';

/** Where a run is kept, what computes it, and how it is listened and spoken to. */
export interface ExecuteRunOptions extends PartsOptions {
  /** The runs folder; made if it is not there. */
  readonly runsDir: string;
  /** Default: a new id from the spec's name and the time. */
  readonly runId?: string;
  readonly engine?: TrainOptions['engine'];
  readonly threads?: number;
  /** False runs the plain graph. Default true. */
  readonly rewrites?: boolean;
  /** True keeps every checkpoint; default: old ones are thinned out evenly where they become many or large. */
  readonly keepAllCheckpoints?: boolean;
  /** Weights to start from, and the file they were read from. */
  readonly initial?: { readonly path: string; readonly weights: readonly NamedTensor[] };
  /** Steps between snapshots for `onItem`, besides those of `observe`. */
  readonly snapshotEvery?: number;
  readonly commands$?: Observable<TrainingCommand>;
  /** Aborting it ends the run after a checkpoint, as `interrupted`. */
  readonly signal?: AbortSignal;
  /** Told each event once it is stored, and each snapshot. Must not throw. */
  readonly onItem?: (item: TrainingItem) => void;
}

/** What `executeRun` needs from outside; replaced in tests. */
export interface ExecuteRunDeps {
  /** The facts of the run; the recorder numbers them. */
  readonly train: (spec: RunSpec, options: TrainOptions) => Observable<ToldItem>;
  readonly now: () => Date;
}
