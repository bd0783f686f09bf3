import type { NamedTensor } from '@grokscope/model';
import type { Commander, RunCommand, RunEvent, RunProgress } from '@grokscope/schema';
import type { ExactTensor } from './resume.js';

/**
 * The weights of one step, as plain copies. In memory only: not stored as a fact, no `seq`. Metrics of the same step
 * come just before it.
 */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly runId: string;
  readonly step: number;
  /** `observe`: to look at; `checkpoint` and `final`: to keep (with optimizer state). `final` is the run's last. */
  readonly purpose: 'observe' | 'checkpoint' | 'final';
  /** Every parameter, TransformerLens names and layout, float32. */
  readonly weights: readonly NamedTensor[];
  /** First and second moments, named like `embed.W_E.m`, `embed.W_E.v`; in the layout of their parameter. */
  readonly optimizer?: readonly NamedTensor[];
  /** With the optimizer state: all of it and the weights in float64, from an engine that computes in it. */
  readonly exact?: readonly ExactTensor[];
  /** With the optimizer state: what else the run carries. */
  readonly progress?: RunProgress;
}

/** What numbering gives to a fact. */
export type Stamp = Pick<RunEvent, 'runId' | 'seq' | 'time'>;

/** A fact of a kind before it is numbered. */
export type Fact<E extends RunEvent> = E extends RunEvent ? Omit<E, keyof Stamp> : never;

/** What the step loop tells: facts that are not numbered yet, and weights to look at or keep. */
export type ToldItem = Fact<RunEvent> | Snapshot;

/** What a training stream emits: facts, and weights to look at or keep. */
export type TrainingItem = RunEvent | Snapshot;

/** A command that was refused where it was read, before it reached the run: the run tells of it and goes on. */
export interface RefusedCommand {
  readonly command: 'refused';
  /** Its name, as given. */
  readonly given: string;
  readonly message: string;
  readonly by?: Commander;
}

/** What a training run may be told; `interrupt` ends it as resumable, as a signal to the process does. */
export type TrainingCommand = RunCommand | { readonly command: 'interrupt' } | RefusedCommand;

export const isSnapshot = (item: TrainingItem): item is Snapshot => item.type === 'snapshot';
export const isEvent = (item: TrainingItem): item is RunEvent => item.type !== 'snapshot';
