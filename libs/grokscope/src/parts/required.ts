import { callerOf, PartFault, type PartMark, type PartRole } from './defined.js';
import { shown } from './guard.js';

/* What a part must have; checked where it is defined, before any spec names it. */

/** The word by which specs name a part. */
const KIND = /^[A-Za-z][\w-]{0,59}$/;

/** The mark of a part that `definer` is defining. */
export function markFor(role: PartRole, name: unknown, definer: (...args: never[]) => unknown): PartMark {
  const defined = callerOf(definer);
  return { role, name: typeof name === 'string' ? name : shown(name), ...(defined ? { defined } : {}) };
}

/** Throws `PartFault` unless the part has a word by which specs can name it. */
export function requireKind(part: PartMark, value: unknown, key: string): void {
  if (typeof value === 'string' && KIND.test(value)) return;
  throw new PartFault(
    part,
    key,
    `is ${shown(value)}; allowed are up to 60 letters, digits, _ and -, a letter first`,
  );
}

/** Throws `PartFault` unless this key is a string. */
export function requireText(part: PartMark, value: unknown, key: string): void {
  if (typeof value === 'string' && value.trim() !== '') return;
  throw new PartFault(part, key, `is ${shown(value)}; allowed is a text`);
}

/** Throws `PartFault` unless these keys are functions. */
export function requireFunctions<T extends object>(
  part: PartMark,
  value: T,
  keys: readonly (keyof T & string)[],
): void {
  for (const key of keys)
    if (typeof value[key] !== 'function')
      throw new PartFault(part, key, `is ${shown(value[key])}; allowed is a function`);
}

/** Throws `PartFault` unless every key has a schema, such as `integer(1)`. */
export function requireParameters(part: PartMark, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PartFault(
      part,
      'parameters',
      `is ${shown(value)}; allowed is an object of schemas, such as { n: integer(1) }`,
    );
  for (const [key, schema] of Object.entries(value))
    if (typeof schema !== 'object' || schema === null)
      throw new PartFault(
        part,
        `parameters.${key}`,
        `is ${shown(schema)}; allowed is a schema, such as integer(1)`,
      );
}
