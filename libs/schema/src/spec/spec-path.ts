import * as E from 'fp-ts/lib/Either.js';
import type { TSchema } from 'typebox';
import type { SpecError } from '../decoding/errors.js';
import { joinPath } from '../decoding/plain.js';
import type { Catalogue } from '../parts/catalogue.js';
import { runSpecSchema } from './spec-schema.js';
import { unknownKey, validate, view } from '../decoding/validate.js';

/*
 * The paths of a RunSpec. `--set`, `--where` and the paths of a sweep are all derived from its schema, so that they
 * accept the same paths, and a key added to the schema is known to all of them.
 */

/** The schemas of the values allowed at a dotted path, one for each kind that has it; Left names the unknown key. */
export function schemasAt(
  path: string,
  catalogue: Catalogue,
  value?: unknown,
): E.Either<SpecError, readonly TSchema[]> {
  let schemas: readonly TSchema[] = [runSpecSchema(catalogue)];
  let at = '';
  for (const key of path.split('.')) {
    const sections = schemas.flatMap((schema) => view(schema).anyOf ?? [schema]);
    const known = [...new Set(sections.flatMap((section) => Object.keys(view(section).properties ?? {})))];
    const next = sections.flatMap((section) => {
      const { properties = {} } = view(section);
      return Object.hasOwn(properties, key) ? [properties[key]!] : [];
    });
    if (next.length === 0) return E.left(noSuchPath(at, key, value, known));
    schemas = next;
    at = joinPath(at, key);
  }
  return E.right(schemas);
}

function noSuchPath(at: string, key: string, value: unknown, known: readonly string[]): SpecError {
  const error = unknownKey(at, key, value, known);
  return known.length > 0
    ? error
    : { ...error, allowed: `${at} itself`, message: `is not there: ${at} has no keys` };
}

/** The error for a path that no RunSpec has, with a suggestion; undefined if the path exists. */
export function pathFault(path: string, catalogue: Catalogue, value?: unknown): SpecError | undefined {
  const found = schemasAt(path, catalogue, value);
  return E.isLeft(found) ? found.left : undefined;
}

/** Every error of a value at a path of some RunSpec; empty if at least one kind accepts it. */
export function valueFaults(path: string, catalogue: Catalogue, value: unknown): readonly SpecError[] {
  const found = schemasAt(path, catalogue, value);
  if (E.isLeft(found)) return [found.left];
  const faults = found.right.map((schema) => validate(schema, value, path));
  return faults.some((errors) => errors.length === 0) ? [] : faults[0]!;
}
