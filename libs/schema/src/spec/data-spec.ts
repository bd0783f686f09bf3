import Type from 'typebox';
import type { Static } from 'typebox';
import { closed, filePath, integer, oneOf } from '../decoding/fields.js';

/* Which examples are trained on. */

const openUnit = Type.Number({
  exclusiveMinimum: 0,
  exclusiveMaximum: 1,
  allowed: 'a number above 0 and below 1',
});

/** Of `trainFraction`, `trainExamples`, `infinite` and `splitFile` exactly one: a rule the decoder adds. */
export const DataSchema = closed({
  trainFraction: Type.Optional(openUnit),
  trainExamples: Type.Optional(integer(1)),
  /** New examples at every step. */
  infinite: Type.Optional(Type.Literal(true, { allowed: 'true, or trainExamples: N in its place' })),
  /** A file that says which examples are trained on; all others are not. */
  splitFile: Type.Optional(filePath('the path of a split: JSON {"train": [indices]}, .npy or CSV')),
  /** Decides the split, and where examples or batches are drawn, these too. */
  splitSeed: integer(0),
  split: oneOf('native', 'cpython'),
  /** The share of training labels replaced by another answer drawn at random. */
  labelNoise: Type.Optional(openUnit),
});

/** The keys of which exactly one says how much is trained on. */
export const amountKeys = ['trainFraction', 'trainExamples', 'infinite', 'splitFile'] as const;
type AmountKey = (typeof amountKeys)[number];
type Amount = {
  [K in AmountKey]: { readonly [A in K]: NonNullable<Static<typeof DataSchema>[A]> } & {
    readonly [A in Exclude<AmountKey, K>]?: never;
  };
}[AmountKey];

/** Which examples are trained on: how many, as a fraction or a number, ever new ones or those of a file, and how they are drawn. */
export type DataSpec = Omit<Static<typeof DataSchema>, AmountKey> & Amount;
/** Which examples are trained on, as a user writes it. */
export type DataInput = Partial<Static<typeof DataSchema>>;
/** Examples a step: all that are trained on, or some. */
export const batchSize = Type.Union([Type.Literal('full'), Type.Integer({ minimum: 1 })], {
  allowed: 'full, or an integer of at least 1',
});
