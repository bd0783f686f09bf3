import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, integer, oneOf, text } from './fields.js';

/*
 * What is learned: one schema a kind of task. Keys with a default in `taskDefaults` may be left out by a user.
 */

/** The largest modulus: the full table has p² examples, and a step on all of them at once must fit in memory. */
export const MAX_MODULUS = 500;
/** The most letters of a ROT13 word: 26^letters words are kept. */
export const MAX_LETTERS = 3;
/** The longest sequence of a task that draws its sequences. */
export const MAX_LENGTH = 1024;

const p = integer(2, MAX_MODULUS);

/** `a ∘ b mod p` for one of four operations; division needs a prime p and leaves out b = 0. */
const modularTask = <const K extends string>(kind: K) => closed({ kind: oneOf(kind), p });

export const TaskSchema = Type.Union([
  modularTask('modularAddition'),
  modularTask('modularSubtraction'),
  modularTask('modularMultiplication'),
  modularTask('modularDivision'),
  closed({ kind: oneOf('modularPolynomial'), p, expression: text(200) }),
  closed({
    kind: oneOf('characterAddition'),
    /** Number of characters n; their hidden values are a permutation of 0 … n−1. */
    vocabulary: integer(2, MAX_MODULUS),
    /** Draws the hidden values. */
    valueSeed: integer(0),
  }),
  closed({
    kind: oneOf('rot13'),
    /** Letters a word: 1 is the per-letter form. */
    letters: integer(1, MAX_LETTERS),
  }),
  closed({
    kind: oneOf('digitAddition'),
    /** Digits of each number added; the sum has one more. */
    digits: integer(1, 15),
  }),
  closed({
    kind: oneOf('repeatedSubsequence'),
    /** Tokens a sequence, the first of them included. */
    length: integer(5, MAX_LENGTH),
    /** Tokens of the part that is repeated. */
    subsequence: integer(2, MAX_LENGTH),
    /** How often it stands in a sequence. */
    repeats: integer(2, 64),
    /** Tokens there are; 0 begins every sequence and stands nowhere else. */
    vocabulary: integer(3, 65536),
  }),
  closed({
    kind: oneOf('skipTrigram'),
    /** Tokens a sequence. */
    length: integer(2, MAX_LENGTH),
    /** Number of marker tokens, each with a successor of its own. */
    markers: integer(2, 1024),
    /** Tokens there are: the markers, as many ordinary ones at least, and the trigger. */
    vocabulary: integer(5, 65536),
  }),
  closed({
    kind: oneOf('permutationComposition'),
    n: Type.Integer({
      minimum: 2,
      maximum: 5,
      allowed: 'an integer from 2 to 5 (the table of S_6 would have 720² = 518,400 pairs)',
    }),
  }),
]);

/** What is learned, told apart by `kind`. */
export type TaskSpec = Static<typeof TaskSchema>;
/** The kinds of task this version can train. */
export type TaskKind = TaskSpec['kind'];
/** The spec of a task of kind K. */
export type TaskSpecOf<K extends TaskKind> = Extract<TaskSpec, { kind: K }>;
/** A task as a user writes it: keys with a default may be left out. */
export type TaskInput = {
  [K in TaskKind]: { readonly kind: K } & (K extends keyof typeof taskDefaults
    ? Partial<TaskSpecOf<K>>
    : TaskSpecOf<K>);
}[TaskKind];

/** Every kind of task that decodes, in the order lists show them. */
export const taskKinds = TaskSchema.anyOf.flatMap(
  (schema) => schema.properties.kind.enum as TaskKind[],
) as readonly TaskKind[];

/** What a task says where it is silent; tasks with a modulus have to name it. */
export const taskDefaults = {
  characterAddition: { vocabulary: 113, valueSeed: 0 },
  rot13: { letters: 2 },
  digitAddition: { digits: 5 },
  repeatedSubsequence: { length: 85, subsequence: 16, repeats: 3, vocabulary: 128 },
  skipTrigram: { length: 16, markers: 16, vocabulary: 64 },
  permutationComposition: { n: 5 },
} as const;

/** Kinds whose examples are drawn, so that each step may train on new ones: `data.infinite`. */
export const sampledKinds = ['digitAddition', 'repeatedSubsequence', 'skipTrigram'] as const;
export type SampledKind = (typeof sampledKinds)[number];
/** A task whose examples are drawn. */
export type SampledTaskSpec = TaskSpecOf<SampledKind>;

/** Whether a task's examples are drawn; the others are full tables. */
export const isSampled = (task: TaskSpec): task is SampledTaskSpec =>
  (sampledKinds as readonly string[]).includes(task.kind);

/** The keys of a task of this kind, `kind` included; undefined for a kind that is not known. */
export function taskParameters(kind: unknown): readonly string[] | undefined {
  const variant = TaskSchema.anyOf.find((schema) =>
    (schema.properties.kind.enum as unknown[]).includes(kind),
  );
  return variant === undefined ? undefined : Object.keys(variant.properties);
}
