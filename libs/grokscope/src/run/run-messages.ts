import type { RunCommand, RunEvent, RunSpec } from '@grokscope/schema';
import type { NamedTensor } from '@grokscope/model';
import type { RunRefusal } from './run-refusal.js';
import type { TrainOptions } from '../train/train.js';

/** What the parent of a run process tells it, over Node's IPC channel (`serialization: 'advanced'`). */
export type ToRunProcess =
  | {
      readonly type: 'start';
      readonly spec: RunSpec;
      readonly runsDir: string;
      readonly runId: string;
      readonly engine?: TrainOptions['engine'];
      readonly threads?: number;
      readonly snapshotEvery?: number;
      /** True ends the run, as `interrupted`, when its parent is gone. Default false: it trains on. */
      readonly endsWithParent?: boolean;
    }
  /** Go on with a run of the folder, on its own engine and threads; `steps` is a new total. */
  | {
      readonly type: 'resume';
      readonly runsDir: string;
      readonly runId: string;
      readonly steps?: number;
      /** With files of parts that have changed since the run began. Default false: it is refused. */
      readonly allowChangedParts?: boolean;
      readonly snapshotEvery?: number;
      readonly endsWithParent?: boolean;
    }
  | { readonly type: 'command'; readonly command: RunCommand }
  /**
   * The tensors wanted from now on, by name; the newest known ones are sent at once, others when `everySteps` steps
   * (default 1) have passed, and the last.
   */
  | { readonly type: 'watch'; readonly names: readonly string[]; readonly everySteps?: number }
  /** End after a checkpoint, as `interrupted`. */
  | { readonly type: 'interrupt' };

/** What a run process tells its parent. Events are stored before they are told. */
export type FromRunProcess =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'tensors'; readonly step: number; readonly tensors: readonly NamedTensor[] }
  /** The run was refused, or could not be kept on disk. */
  | { readonly type: 'storeFailed'; readonly error: RunRefusal };
