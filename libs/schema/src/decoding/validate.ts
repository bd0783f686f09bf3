import { invariant, nearest, shortened } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { SpecError } from './errors.js';
import { formatValue, specError } from './errors.js';
import { Faults } from './faults.js';
import { isPlainObject, joinPath, own } from './plain.js';

export { isPlainObject, own } from './plain.js';
export type { PlainObject } from './plain.js';

/*
 * Walks a TypeBox schema beside a value and reports every error once, at the deepest path a reader would recognise.
 * TypeBox's own error list stops at eight entries and reports every branch of a union; a spec needs one sentence for
 * each field.
 */

/** The keywords of a schema that are read here. */
export interface SchemaView {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly enum?: readonly unknown[];
  readonly maxItems?: number;
  readonly allowed?: string;
}

export const view = (schema: TSchema): SchemaView => schema as SchemaView;

/** The longest key that a path names in full. */
const SHOWN_KEY = 80;

/** The error for a key that its object does not have, with the nearest known key. */
export function unknownKey(path: string, key: string, value: unknown, known: readonly string[]): SpecError {
  const shown = key.length > SHOWN_KEY ? shortened(key, SHOWN_KEY + 1) : key;
  return specError(
    joinPath(path, shown),
    value,
    known.join(', '),
    `is an unknown key${didYouMean(key, known)}`,
  );
}

/** `; did you mean lr?`, or an empty text if no candidate is near. */
export function didYouMean(word: unknown, candidates: readonly string[]): string {
  const meant = typeof word === 'string' ? nearest(word, candidates) : undefined;
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

/** Every error of `value` against `schema`, in the schema's order; empty if it fits. */
export function validate(schema: TSchema, value: unknown, path = ''): SpecError[] {
  const faults = new Faults();
  check(schema, value, path, faults);
  return faults.list();
}

/** Whether the value fits the schema. */
export const isValid = (schema: TSchema, value: unknown): boolean => Check(schema, value);

/** The value typed by the schema, or every error in it. */
export function decodeBy<T extends TSchema>(
  schema: T,
  value: unknown,
): E.Either<readonly SpecError[], Static<T>> {
  const errors = validate(schema, value);
  return errors.length > 0 ? E.left(errors) : E.right(value as Static<T>);
}

function check(schema: TSchema, value: unknown, path: string, faults: Faults): void {
  const { anyOf, properties, allowed, type = 'a valid value' } = view(schema);
  if (allowed !== undefined) checkLeaf(schema, value, path, allowed, faults);
  else if (anyOf !== undefined) checkUnion(anyOf, value, path, faults);
  else if (properties !== undefined) checkObject(schema, value, path, faults);
  else checkLeaf(schema, value, path, type, faults);
}

function checkLeaf(schema: TSchema, value: unknown, path: string, allowed: string, faults: Faults): void {
  const { maxItems = Infinity } = view(schema);
  // If a list is too long, its entries are not checked.
  const isTooLong = Array.isArray(value) && value.length > maxItems;
  if (!isTooLong && Check(schema, value)) return;
  faults.add(() => specError(path, value, allowed, `must be ${allowed}${advice(schema, value)}`));
}

/** A hint for a value that is nearly right. */
function advice(schema: TSchema, value: unknown): string {
  const { type, enum: values, anyOf } = view(schema);
  if (values !== undefined) return didYouMean(value, values.map(String));
  const isUnquoted = typeof value === 'number' || typeof value === 'boolean';
  if (type === 'string' && isUnquoted) {
    return `; this is ${typeof value === 'number' ? 'a number' : 'true or false'}, and in quotes it is a text`;
  }
  const isQuoted = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isQuoted && anyOf === undefined && (type === 'number' || type === 'integer')
    ? `; ${formatValue(value)} is a text, and without the quotes a number`
    : '';
}

function checkObject(schema: TSchema, value: unknown, path: string, faults: Faults): void {
  const { properties = {}, required = [], additionalProperties } = view(schema);
  const known = Object.keys(properties);
  if (!isPlainObject(value)) {
    faults.add(() => specError(path, value, `an object with the keys ${known.join(', ')}`));
    return;
  }
  for (const key of known) {
    const entry = own(value, key);
    if (entry === undefined && !required.includes(key)) continue;
    check(properties[key]!, entry, joinPath(path, key), faults);
  }
  if (additionalProperties !== false) return;
  for (const key of Object.keys(value)) {
    if (Object.hasOwn(properties, key) || value[key] === undefined) continue;
    faults.add(() => unknownKey(path, key, value[key], known));
  }
}

/** The property for which every variant has its own enumeration: `kind`, `type`, `command`. */
function discriminatorOf(variants: readonly TSchema[]): string | undefined {
  const keys = Object.keys(view(variants[0]!).properties ?? {});
  return keys.find((key) =>
    variants.every((variant) => view(view(variant).properties?.[key] ?? {}).enum !== undefined),
  );
}

/** A union is checked against the variant whose discriminator the value carries. */
function checkUnion(variants: readonly TSchema[], value: unknown, path: string, faults: Faults): void {
  const discriminator = discriminatorOf(variants);
  invariant(discriminator !== undefined, 'a union of objects must have a discriminating enumeration');
  if (!isPlainObject(value)) {
    faults.add(() => specError(path, value, `an object with the key ${discriminator}`));
    return;
  }
  const tag = own(value, discriminator);
  const tagsOf = (variant: TSchema): readonly unknown[] =>
    view(view(variant).properties![discriminator]!).enum!;
  // If one variant may omit its discriminator, a value without one belongs to it.
  const isMeant = (candidate: TSchema): boolean =>
    tag === undefined
      ? !(view(candidate).required ?? []).includes(discriminator)
      : tagsOf(candidate).includes(tag);
  const variant = variants.find(isMeant);
  if (variant !== undefined) return check(variant, value, path, faults);
  const tags = variants.flatMap(tagsOf).map(String);
  const allowed = `one of ${tags.join(', ')}`;
  faults.add(() =>
    specError(joinPath(path, discriminator), tag, allowed, `must be ${allowed}${didYouMean(tag, tags)}`),
  );
}
