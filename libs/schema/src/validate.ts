import { invariant, nearest } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';

/*
 * Walks a TypeBox schema beside a value and reports every error once, at the deepest path a reader would
 * recognise. TypeBox's own error list stops at eight entries and speaks of every branch of a union; a spec
 * needs one sentence a field.
 */

/** A JSON-like object: not an array, null or an instance of a class. */
export type PlainObject = Readonly<Record<string, unknown>>;

/** Whether a value is an object as JSON or YAML gives it. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Dotted path of a key. */
export function joinPath(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}

/** The value of an object's own key, undefined where there is none; inherited keys do not count. */
export function own(object: PlainObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

interface SchemaView {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly anyOf?: readonly TSchema[];
  readonly enum?: readonly unknown[];
  readonly allowed?: string;
}

const view = (schema: TSchema): SchemaView => schema as SchemaView;

/** The error for a key its object does not have, with the nearest key it has. */
export function unknownKey(path: string, key: string, value: unknown, known: readonly string[]): SpecError {
  const meant = nearest(key, known);
  const suggestion = meant === undefined ? '' : `; did you mean ${meant}?`;
  return specError(joinPath(path, key), value, known.join(', '), `is an unknown key${suggestion}`);
}

/** Every error of `value` against `schema`, in the schema's order; empty if it fits. */
export function validate(schema: TSchema, value: unknown, path = ''): SpecError[] {
  const { anyOf, properties, allowed } = view(schema);
  if (allowed !== undefined) return Check(schema, value) ? [] : [specError(path, value, allowed)];
  if (anyOf !== undefined) return validateUnion(anyOf, value, path);
  if (properties !== undefined) return validateObject(schema, value, path);
  return Check(schema, value) ? [] : [specError(path, value, view(schema).type ?? 'a valid value')];
}

/** The value as the schema's type, or every error of it. */
export function decodeBy<T extends TSchema>(
  schema: T,
  value: unknown,
): E.Either<readonly SpecError[], Static<T>> {
  const errors = validate(schema, value);
  return errors.length > 0 ? E.left(errors) : E.right(value as Static<T>);
}

function validateObject(schema: TSchema, value: unknown, path: string): SpecError[] {
  const { properties = {}, required = [], additionalProperties } = view(schema);
  const known = Object.keys(properties);
  if (!isPlainObject(value)) return [specError(path, value, `an object with the keys ${known.join(', ')}`)];
  const errors: SpecError[] = [];
  for (const key of known) {
    const entry = own(value, key);
    if (entry === undefined && !required.includes(key)) continue;
    errors.push(...validate(properties[key]!, entry, joinPath(path, key)));
  }
  if (additionalProperties === false) {
    for (const key of Object.keys(value)) {
      const isUnknown = !known.includes(key) && own(value, key) !== undefined;
      if (isUnknown) errors.push(unknownKey(path, key, value[key], known));
    }
  }
  return errors;
}

/** The property in which every variant has an enumeration of its own: `kind`, `type`, `command`. */
function discriminatorOf(variants: readonly TSchema[]): string | undefined {
  const keys = Object.keys(view(variants[0]!).properties ?? {});
  return keys.find((key) =>
    variants.every((variant) => view(view(variant).properties?.[key] ?? {}).enum !== undefined),
  );
}

/** The error of a union is that of the variant whose discriminator the value carries. */
function validateUnion(variants: readonly TSchema[], value: unknown, path: string): SpecError[] {
  const discriminator = discriminatorOf(variants);
  invariant(discriminator !== undefined, 'a union of objects must have a discriminating enumeration');
  if (!isPlainObject(value)) return [specError(path, value, `an object with the key ${discriminator}`)];
  const tag = own(value, discriminator);
  const tagsOf = (variant: TSchema): readonly unknown[] =>
    view(view(variant).properties![discriminator]!).enum!;
  const variant = variants.find((candidate) => tagsOf(candidate).includes(tag));
  if (variant !== undefined) return validate(variant, value, path);
  const tags = variants.flatMap(tagsOf).map(String);
  const meant = typeof tag === 'string' ? nearest(tag, tags) : undefined;
  const allowed = `one of ${tags.join(', ')}`;
  const message = `must be ${allowed}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  return [specError(joinPath(path, discriminator), tag, allowed, message)];
}

/** Sets an own property whatever its name: assigning to `__proto__` would do something else. */
export function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** A deep copy of a JSON-like value without cycles; own keys only. */
export function plainCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainCopy);
  if (!isPlainObject(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) define(copy, key, plainCopy(entry));
  return copy;
}
