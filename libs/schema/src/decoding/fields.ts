import Type from 'typebox';
import type { Static, TEnum, TSchema, TUnsafe } from 'typebox';

/*
 * Leaves of the schemas. Each carries `allowed`, the phrase an error shows for it, beside its JSON Schema
 * keywords, so that the phrase and the rule cannot drift apart. "Number" means finite everywhere: TypeBox's
 * checks refuse NaN and the infinities.
 */

/** An integer from `minimum` to `maximum` (default 2^53 − 1). */
export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const allowed =
    maximum === Number.MAX_SAFE_INTEGER
      ? `an integer of at least ${minimum}`
      : `an integer from ${minimum} to ${maximum}`;
  return Type.Integer({ minimum, maximum, allowed });
}

/** A number strictly above `bound`. */
export function numberAbove(bound: number) {
  return Type.Number({ exclusiveMinimum: bound, allowed: `a number above ${bound}` });
}

/** A number of at least `minimum`. */
export function numberFrom(minimum: number) {
  return Type.Number({ minimum, allowed: `a number of at least ${minimum}` });
}

/** A number from `minimum` to `maximum`. */
export function numberWithin(minimum: number, maximum: number) {
  return Type.Number({ minimum, maximum, allowed: `a number from ${minimum} to ${maximum}` });
}

/** A key that may be absent. */
export const optional = <const S extends TSchema>(schema: S) => Type.Optional(schema);

/** Any finite number. */
export function finiteNumber() {
  return Type.Number({ allowed: 'a finite number' });
}

/** A number, or null where it was not finite or there is none. */
export function numberOrNull() {
  return Type.Union([Type.Number(), Type.Null()], { allowed: 'a finite number or null' });
}

/** A string of `minLength` (default 1) to `maxLength` characters. */
export function text(maxLength: number, minLength = 1) {
  return Type.String({ minLength, maxLength, allowed: `a text of ${minLength} to ${maxLength} characters` });
}

/** The longest path of a file that a spec may name. */
const MAX_FILE_PATH = 4096;

/** The path of a file that is read to make examples; `filesOf` finds it in a spec. */
export function filePath(what = 'the path of a file') {
  return Type.String({ minLength: 1, maxLength: MAX_FILE_PATH, allowed: what, file: true });
}

/** One of the given strings. */
export function oneOf<T extends string[]>(...values: T): TEnum<T> {
  const allowed = values.length === 1 ? `"${values[0]}"` : `one of ${values.join(', ')}`;
  return Type.Enum<T>([...values], { allowed });
}

/** A list of `least` to `most` entries of one kind; `items` names them: `integers from 1 to 9`. */
export function listOf(entry: TSchema, least: number, most: number, items: string) {
  return Type.Array(entry, {
    minItems: least,
    maxItems: most,
    allowed: `a list of ${least} to ${most} ${items}`,
  });
}

/** True or false. */
export function trueOrFalse() {
  return Type.Boolean({ allowed: 'true or false' });
}

/** An object with exactly these properties. */
export function closed<const P extends Readonly<Record<string, TSchema>>>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

/**
 * A schema with its default, the value used where a spec leaves the key out, and the phrase that lists show for the key
 * (default: `allowed`).
 */
export function withDefault<const S extends TSchema, const D>(
  schema: S,
  value: D,
  describedAs?: string,
): S & { readonly default: D } {
  return described({ ...schema, default: value }, describedAs);
}

/** A key that may be absent; `value` is the meaning of its absence, which a decoded spec never writes out. */
export function absentAs<const S extends TSchema, const D>(
  schema: S,
  value: D,
  describedAs?: string,
): S & { readonly absent: D } {
  return described({ ...schema, absent: value }, describedAs);
}

/** A key that is an alternative to the key `other`: absent, with or without a default, where that one is given. */
export function unless<const S extends TSchema>(
  other: string,
  schema: S,
): TUnsafe<Static<S> | undefined> & S & { readonly replacedBy: string } {
  return { ...schema, replacedBy: other } as TUnsafe<Static<S> | undefined> & S & { replacedBy: string };
}

/** A schema with the title of an axis of its values: `modulus p`. */
export const titled = <const S extends TSchema>(schema: S, title: string): S => ({ ...schema, title });

/** A schema with the phrase that lists show for the key. */
export function described<const S extends TSchema>(schema: S, describedAs: string | undefined): S {
  return describedAs === undefined ? schema : { ...schema, describedAs };
}
