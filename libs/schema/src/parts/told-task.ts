import Type from 'typebox';
import type { Static } from 'typebox';
import { oneOf, text, trueOrFalse } from '../decoding/fields.js';
import type { TaskSpec } from './task-spec.js';

/*
 * The description of a run's task as plain data: enough to name it, draw its curves and judge them without its code. A
 * run's `started` event holds it if the task is not built in.
 */

const sentence = () => Type.String({ allowed: 'a text' });
/** A number from 0; null if it is not finite. */
const amount = () =>
  Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { allowed: 'a number of at least 0, or null' });

/** The description of a task, as a JSON Schema. */
export const ToldTaskSchema = Type.Object(
  {
    /** The task as written on a blackboard: `a + b mod 113`. */
    title: sentence(),
    /** What its examples are called: `pairs`, `sums`. */
    examples: text(200),
    /** The unit that is right or wrong by itself, where that is not the whole example: `digits`. */
    parts: Type.Optional(text(200)),
    /** The answers among which a network that knows nothing would choose: their number and their name. */
    answers: Type.Object({ count: amount(), words: sentence() }, { allowed: 'count and words' }),
    /** The sign between the two operands of a pair: `+`. */
    sign: Type.Optional(text(60)),
    /** What to look for in its attention patterns. */
    patterns: Type.Optional(sentence()),
    head: Type.Optional(oneOf('induction')),
    /** What its examples were found to be: `addition mod 97 under other names`. */
    recognised: Type.Optional(sentence()),
    /** How many different examples there are. */
    exampleCount: amount(),
    /** Whether its examples are drawn; otherwise they are a full table. */
    isSampled: trueOrFalse(),
    /** Some of its examples in readable tokens. */
    such: Type.Array(sentence(), { allowed: 'a list of texts' }),
  },
  { allowed: 'a task, told' },
);

type Told = Static<typeof ToldTaskSchema>;
/** The description of a run's task. */
export type ToldTask = Readonly<Omit<Told, 'answers' | 'such'>> & {
  readonly answers: Readonly<Told['answers']>;
  readonly such: readonly string[];
};

const TOLD = Symbol('told');

/**
 * The task of a spec together with the description in its run (`toldOf`). The spec reads and serialises as before: the
 * description is not part of its JSON.
 */
export const withTold = (task: TaskSpec, told: ToldTask): TaskSpec =>
  Object.assign({ ...task }, { [TOLD]: told });

/** The description of this task in its run; undefined if there is none. */
export const toldOf = (task: TaskSpec): ToldTask | undefined =>
  (task as { readonly [TOLD]?: ToldTask })[TOLD];
