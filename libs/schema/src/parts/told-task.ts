import Type from 'typebox';
import type { Static } from 'typebox';
import { oneOf, text, trueOrFalse } from '../decoding/fields.js';
import type { TaskSpec } from './task-spec.js';

/*
 * How a run tells of its task, as plain data: enough to speak of it, draw its curves and judge them without its code. A
 * run's `started` event holds it where the task is not built in.
 */

const sentence = () => Type.String({ allowed: 'a text' });
/** A number from 0; null where it is not finite. */
const amount = () =>
  Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { allowed: 'a number of at least 0, or null' });

/** A task told, as a JSON Schema. */
export const ToldTaskSchema = Type.Object(
  {
    /** The task as one would say it at a blackboard: `a + b mod 113`. */
    title: sentence(),
    /** What its examples are called: `pairs`, `sums`. */
    examples: text(200),
    /** What of an example is right or wrong by itself, where that is not the whole: `digits`. */
    parts: Type.Optional(text(200)),
    /** Answers that a network which knows nothing would choose among: how many, and what they are called. */
    answers: Type.Object({ count: amount(), words: sentence() }, { allowed: 'count and words' }),
    /** What stands between the two things of a pair: `+`. */
    sign: Type.Optional(text(60)),
    /** What to look for in its attention patterns. */
    patterns: Type.Optional(sentence()),
    head: Type.Optional(oneOf('induction')),
    /** What its examples were found to be: `addition mod 97 under other names`. */
    recognised: Type.Optional(sentence()),
    /** How many different examples there are. */
    exampleCount: amount(),
    /** Whether its examples are drawn; else they are a full table. */
    isSampled: trueOrFalse(),
    /** Some of its examples in readable tokens. */
    such: Type.Array(sentence(), { allowed: 'a list of texts' }),
  },
  { allowed: 'a task, told' },
);

type Told = Static<typeof ToldTaskSchema>;
/** How a run tells of its task. */
export type ToldTask = Readonly<Omit<Told, 'answers' | 'such'>> & {
  readonly answers: Readonly<Told['answers']>;
  readonly such: readonly string[];
};

const TOLD = Symbol('told');

/**
 * The task of a spec together with what its run tells of it (`toldOf`). The spec reads and is written as before: JSON
 * has no place for what was told.
 */
export const withTold = (task: TaskSpec, told: ToldTask): TaskSpec =>
  Object.assign({ ...task }, { [TOLD]: told });

/** What a run told of this task; undefined where it told nothing. */
export const toldOf = (task: TaskSpec): ToldTask | undefined =>
  (task as { readonly [TOLD]?: ToldTask })[TOLD];
