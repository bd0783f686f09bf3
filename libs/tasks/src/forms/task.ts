import type { Files, ParameterSchemas, TaskPart } from '@grokscope/schema';
import type * as E from 'fp-ts/lib/Either.js';
import type { Static } from 'typebox';
import type { TaskShape } from '../data/dataset.js';
import type { TaskError } from '../errors.js';
import type { ExampleReader } from '../data/example-reader.js';
import type { SampledTask } from './sampled-task.js';
import type { Table } from './table.js';

/*
 * A task is one value, in one file: its parameters in a spec, its examples, its words, its presets. Nothing else knows
 * a task by name; the built-in ones are listed in `tasks.ts`.
 */

/** The spec of a task with these parameters. */
export type SpecOf<K extends string, P extends ParameterSchemas> = { readonly kind: K } & {
  readonly [Key in keyof P]: Static<P[Key]>;
};

/** A spec as a user writes it: parameters with a default may be left out. */
export type InputOf<K extends string, P extends ParameterSchemas> = { readonly kind: K } & {
  readonly [Key in keyof P as P[Key] extends MayBeAbsent ? never : Key]: Static<P[Key]>;
} & {
  readonly [Key in keyof P as P[Key] extends MayBeAbsent ? Key : never]?: Static<P[Key]>;
};
type MayBeAbsent = { readonly default: unknown } | { readonly replacedBy: string };

/** The words for a task; plain data, which can be sent to a program that does not have the task itself. */
export interface TaskWords {
  /** The task as written on a blackboard: `a + b mod 113`. */
  readonly title: string;
  /** What its examples are called: `pairs`, `sums`, `sequences`. */
  readonly examples: string;
  /** The unit that is right or wrong by itself, where that is not the whole example: `digits`. */
  readonly parts?: string;
  /** The answers among which a network that knows nothing would choose: their number and their name. */
  readonly answers: { readonly count: number; readonly words: string };
  /** The sign between the two operands of a pair: `+`. */
  readonly sign?: string;
  /** What to look for in the attention patterns of its examples, a sentence. */
  readonly patterns?: string;
  /** The kind of head that solves it, where attention patterns are scored for one. */
  readonly head?: 'induction';
  /** What its examples were found to be, a phrase: `addition mod 97 under other names`. */
  readonly recognised?: string;
}

interface TaskBase<K extends string, P extends ParameterSchemas> extends TaskPart<SpecOf<K, P>> {
  readonly kind: K;
  readonly parameters: P;
  /** One sentence: what a network that solves this has learned. */
  readonly teaches: string;
  /** How a task with these parameters is spoken of; of one that reads files, with what they say where they are read. */
  words(task: SpecOf<K, P>, files?: Files): TaskWords;
  /** One example in readable tokens: what is asked, an arrow, the wanted answer. */
  exampleText(task: SpecOf<K, P>, example: ExampleReader): string;
}

/** A task whose examples are a full table. Files that its parameters name are read from `files`, never from a disk. */
export interface TableTask<
  K extends string = string,
  P extends ParameterSchemas = ParameterSchemas,
> extends TaskBase<K, P> {
  readonly isSampled: false;
  /** What the task is, known without making its examples. */
  shape(task: SpecOf<K, P>, files?: Files): E.Either<TaskError, TaskShape>;
  /** Every example, and what an analysis may know of them. */
  table(task: SpecOf<K, P>, files?: Files): E.Either<TaskError, Table>;
}

/** A task whose examples are drawn. */
export interface DrawnTask<
  K extends string = string,
  P extends ParameterSchemas = ParameterSchemas,
> extends TaskBase<K, P> {
  readonly isSampled: true;
  /** Why its examples cannot be drawn: for tasks that read files; without this they can. */
  fault?(task: SpecOf<K, P>, files?: Files): TaskError | undefined;
  sampler(task: SpecOf<K, P>, files?: Files): SampledTask;
}

/** A task: its parameters in a spec, its examples, its words, its presets. */
export type Task<K extends string = string, P extends ParameterSchemas = ParameterSchemas> =
  TableTask<K, P> | DrawnTask<K, P>;

/** A full table, with the types of its spec inferred from `kind` and `parameters`. */
export const tableTask = <const K extends string, const P extends ParameterSchemas>(
  task: Omit<TableTask<K, P>, 'isSampled'>,
): TableTask<K, P> => ({ ...task, isSampled: false });

/** A task that draws its examples, with the types of its spec inferred from `kind` and `parameters`. */
export const drawnTask = <const K extends string, const P extends ParameterSchemas>(
  task: Omit<DrawnTask<K, P>, 'isSampled'>,
): DrawnTask<K, P> => ({ ...task, isSampled: true });
