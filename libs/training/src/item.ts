import type { NamedTensor } from '@grokscope/model';
import type { Commander, RunCommand, RunEvent, RunProgress } from '@grokscope/schema';
import type { ExactTensor } from './resume.js';

/**
 * The weights of one step, as plain copies. In memory only: not stored as a fact, without `seq`. Metrics of the same
 * step are emitted just before it.
 */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly runId: string;
  readonly step: number;
  /**
   * `observe`: for display; `checkpoint` and `final`: to be stored (with optimizer state). `final` is the run's last.
   */
  readonly purpose: 'observe' | 'checkpoint' | 'final';
  /** Every parameter, TransformerLens names and layout, float32. */
  readonly weights: readonly NamedTensor[];
  /** First and second moments, named like `embed.W_E.m`, `embed.W_E.v`; in the layout of their parameter. */
  readonly optimizer?: readonly NamedTensor[];
  /** Present with the optimizer state, for an engine that computes in float64: all of it and the weights in float64. */
  readonly exact?: readonly ExactTensor[];
  /** Present with the optimizer state: what else the run carries. */
  readonly progress?: RunProgress;
}

/** The fields that numbering adds to a fact. */
export type Stamp = Pick<RunEvent, 'runId' | 'seq' | 'time'>;

/** A fact of a kind before it is numbered. */
export type Fact<E extends RunEvent> = E extends RunEvent ? Omit<E, keyof Stamp> : never;

/** What the step loop emits: facts that are not numbered yet, and weights to display or store. */
export type ToldItem = Fact<RunEvent> | Snapshot;

/** What a training stream emits: facts, and weights to display or store. */
export type TrainingItem = RunEvent | Snapshot;

/** A command that was refused where it was read, before it reached the run: the run reports it and continues. */
export interface RefusedCommand {
  readonly command: 'refused';
  /** Its name, as given. */
  readonly given: string;
  readonly message: string;
  readonly by?: Commander;
}

/** The commands to a training run; `interrupt` ends it so that it can be resumed, like a signal to the process. */
export type TrainingCommand = RunCommand | { readonly command: 'interrupt' } | RefusedCommand;

/** Whether an item of a training stream holds weights. */
export const isSnapshot = (item: TrainingItem): item is Snapshot => item.type === 'snapshot';
/** Whether an item of a training stream is a fact. */
export const isEvent = (item: TrainingItem): item is RunEvent => item.type !== 'snapshot';
