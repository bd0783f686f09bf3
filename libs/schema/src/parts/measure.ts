import Type from 'typebox';
import type { Static, TSchema } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { finiteNumber, oneOf, text, trueOrFalse } from '../decoding/fields.js';
import type { Frozen } from '../decoding/frozen.js';
import { validate } from '../decoding/validate.js';

/*
 * The description of a measure as plain data: enough to store, export, describe and draw it without its code. Rooms
 * below the measures take a list of these as an argument; measures that a run adds are described in its `started`
 * event.
 */

const sentence = () => Type.String({ allowed: 'a text' });
const bound = () => Type.Union([Type.Number(), Type.Null()], { allowed: 'a number or null' });

/** What a measure reads of a network besides its weights, which are always available. */
export const measureNeeds = ['logits', 'activations', 'gradients'] as const;
/** What a measure may read of a network besides its weights. */
export type MeasureNeed = (typeof measureNeeds)[number];

const CurveSchema = Type.Object({
  /**
   * Dotted path to the number in the measure's value; absent where the value is the number. With `*` as its last part one
   * curve for each key there, which is its label: in a plot of the measure's own alone.
   */
  of: Type.Optional(text(200)),
  /** One word that no other curve uses. */
  name: text(60),
  /** The label at the curve. */
  label: text(60),
  /**
   * `loss`: in nats, among the losses of a run; `own`: in a plot of the measure's own, in its unit, which the page has of
   * measures that a run names or brings.
   */
  panel: oneOf('loss', 'own'),
  ink: Type.Optional(oneOf('ink', 'muted')),
  /** Lengths of strokes and gaps in pixels; absent for a solid line. */
  dash: Type.Optional(Type.Array(Type.Number(), { allowed: 'a list of numbers' })),
  width: Type.Optional(finiteNumber()),
  /** The preferred position of its label along the width, from 0 to 1. */
  nameAt: Type.Optional(finiteNumber()),
  /** For a curve among the losses: its name, the look of its line, and its meaning, for the text below the plot. */
  told: Type.Optional(
    Type.Object(
      { name: text(60), look: Type.Optional(text(60)), is: sentence() },
      { allowed: 'name, look and is' },
    ),
  ),
});

const ColumnSchema = Type.Object({
  /** Dotted path below the measure's column name; `*` matches any rest of a name; empty for the column itself. */
  path: Type.String({ allowed: 'a text' }),
  /** Description of the column, in Markdown; `{}` is replaced by what `*` matches. */
  note: sentence(),
});

/**
 * The description of a measure, as a JSON Schema; the `started` event holds one for each measure that is not built in.
 */
export const MeasureDescriptionSchema = Type.Object({
  name: text(60),
  /** Its name as a title, with a capital letter. */
  title: text(100),
  formula: sentence(),
  /** Paper and section, or the program it follows. */
  source: Type.Optional(sentence()),
  /** `nats`, `neurons`; `1` for a pure number. */
  unit: text(100),
  /** The smallest and the largest possible value; null for none. */
  range: Type.Tuple([bound(), bound()], { allowed: 'a list of two bounds, each a number or null' }),
  needs: Type.Array(oneOf(...measureNeeds), { allowed: `a list of ${measureNeeds.join(', ')}` }),
  /**
   * Whether it depends on which frequencies are key: such a measure is computed again with the final ones, and both are
   * stored.
   */
  byKeys: Type.Optional(trueOrFalse()),
  /** Whether it is computed from saved weights only, for `analyze`: no event of a run holds it. */
  savedOnly: Type.Optional(trueOrFalse()),
  /**
   * It costs more than a glance, so it is computed only where it is named: `runs`: in a run by `observe.measures`, while
   * an analysis of weights has it anyway; `everywhere`: in an analysis too only where it is asked for.
   */
  byName: Type.Optional(oneOf('runs', 'everywhere')),
  /** The lists in its value are sets: one column each, not one for each place. */
  isSet: Type.Optional(trueOrFalse()),
  /** The prefix of its columns in tables; default: its name, or `measures.` and its name if it is one number. */
  column: Type.Optional(text(80)),
  columns: Type.Optional(Type.Array(ColumnSchema, { allowed: 'a list of columns' })),
  curves: Type.Optional(Type.Array(CurveSchema, { allowed: 'a list of curves' })),
});

/** The description of a measure. */
export type MeasureDescription = Frozen<
  Omit<Static<typeof MeasureDescriptionSchema>, 'range'> & { range: [number | null, number | null] }
>;
/** How a number of a measure is drawn over the steps of a run. */
export type MeasureCurve = NonNullable<MeasureDescription['curves']>[number];
/** What a column of a measure is. */
export type MeasureColumn = NonNullable<MeasureDescription['columns']>[number];

/** The description of a measure, with the schema of its value. */
export interface MeasureInfo extends MeasureDescription {
  /**
   * For a measure with several numbers: the schema of the value that `progress` events hold under its own name; absent
   * for a single number, held in `measures`.
   */
  readonly value?: TSchema;
}

/** Schemas from which the values of measures are built. A number that is not finite is null in an event. */
export const measured = {
  number: () => Type.Union([Type.Number(), Type.Null()]),
  /** Numbers by frequency, tensor or a similar key. */
  byKey: () => Type.Record(Type.String(), measured.number()),
  /** A mean over the training examples, over the others, and over all; null for an empty set. */
  split: (allowed: string) =>
    Type.Object(
      {
        train: Type.Optional(measured.number()),
        test: Type.Optional(measured.number()),
        all: measured.number(),
      },
      { allowed },
    ),
  /** A list of any length. */
  list: <const S extends TSchema>(items: S) => Type.Array(items),
  numbers: () => Type.Array(measured.number()),
  /** Values of one shape by frequency, token or the like. */
  byKeyOf: <const S extends TSchema>(values: S) => Type.Record(Type.String(), values),
  frequencies: () => Type.Array(Type.Integer({ minimum: 1 })),
  count: () => Type.Integer(),
  text: () => Type.String(),
  trueOrFalse,
  oneOf,
  optional: <const S extends TSchema>(schema: S) => Type.Optional(schema),
  object: <const P extends Record<string, TSchema>>(properties: P, allowed: string) =>
    Type.Object(properties, { allowed }),
};

/** The value that a schema made of `measured` describes. */
export type MeasureValue<S extends TSchema> = Static<S>;

/** The part of a measure that a `started` event holds: its description only. */
export function describeMeasure(measure: MeasureDescription): MeasureDescription {
  const told = Object.keys(MeasureDescriptionSchema.properties) as readonly (keyof MeasureDescription)[];
  const entries = told.flatMap((key) => (measure[key] === undefined ? [] : [[key, measure[key]]]));
  return Object.fromEntries(entries) as MeasureDescription;
}

/** The faults in a measure's description; empty if a `started` event can hold it. */
export const measureFaults = (measure: MeasureDescription): readonly SpecError[] =>
  validate(MeasureDescriptionSchema, describeMeasure(measure));

/** The place of a measure's value in a `progress` event, as a dotted path. */
export const placeOf = ({ name, value }: MeasureInfo): string =>
  value === undefined ? `measures.${name}` : name;

/**
 * The measures known, and after them those that a run's `started` events describe. A run's own measure stands for a known
 * one of its name; of a name that it describes twice the first counts.
 */
export function knownMeasures(
  events: readonly { readonly type: string; readonly measures?: unknown }[],
  known: readonly MeasureInfo[],
): readonly MeasureInfo[] {
  const own = new Map<string, MeasureInfo>();
  for (const { type, measures } of events) {
    if (type !== 'started' || !Array.isArray(measures)) continue;
    for (const measure of measures as readonly MeasureDescription[])
      if (!own.has(measure.name)) own.set(measure.name, measure);
  }
  return [...known.filter(({ name }) => !own.has(name)), ...own.values()];
}
