import type { RunCommand, RunEvent, RunSpec } from '@grokscope/schema';
import type { NamedTensor } from '@grokscope/model';
import type { RunRefusal } from './run-refusal.js';
import type { TrainOptions } from '../train/train.js';

/** What the parent of a run process sends it, over Node's IPC channel (`serialization: 'advanced'`). */
export type ToRunProcess =
  | {
      readonly type: 'start';
      readonly spec: RunSpec;
      readonly runsDir: string;
      readonly runId: string;
      readonly engine?: TrainOptions['engine'];
      readonly threads?: number;
      readonly snapshotEvery?: number;
      /** True ends the run, as `interrupted`, when its parent exits. Default false: it continues to train. */
      readonly endsWithParent?: boolean;
    }
  /** Resumes a run of the folder, with its own engine and threads; `steps` is a new total. */
  | {
      readonly type: 'resume';
      readonly runsDir: string;
      readonly runId: string;
      readonly steps?: number;
      /** True continues with files of parts that have changed since the run began. Default false: they are refused. */
      readonly allowChangedParts?: boolean;
      readonly snapshotEvery?: number;
      readonly endsWithParent?: boolean;
    }
  | { readonly type: 'command'; readonly command: RunCommand }
  /**
   * The tensors to send from now on, by name. The newest known ones are sent at once, then others whenever `everySteps`
   * steps (default 1) have passed, and the last.
   */
  | { readonly type: 'watch'; readonly names: readonly string[]; readonly everySteps?: number }
  /** Ends the run after a checkpoint, as `interrupted`. */
  | { readonly type: 'interrupt' };

/** What a run process sends its parent. Events are stored before they are sent. */
export type FromRunProcess =
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'tensors'; readonly step: number; readonly tensors: readonly NamedTensor[] }
  /** The run was refused, or could not be kept on the disk. */
  | { readonly type: 'storeFailed'; readonly error: RunRefusal };
