import * as E from 'fp-ts/lib/Either.js';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import { mergeInputs } from './merge.js';
import { define, isPlainObject, own } from './validate.js';

/** One decimal number as YAML 1.2 writes it. */
const NUMBER = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const SHAPE = 'path=value, such as optimizer.weightDecay=0.3';

/**
 * Lays `--set` assignments over a spec as the user wrote it, in order, a later one over an earlier one.
 *
 * Values are read as YAML scalars: numbers, true, false, null, quoted or bare strings; `[…]` and `{…}` as
 * JSON. Whether path and value fit a spec is for `decodeRunSpec` to say; the errors here are of the form of
 * an assignment, all of them listed. The input is not changed.
 */
export function applySet(
  input: unknown,
  assignments: readonly string[],
): E.Either<readonly SpecError[], unknown> {
  const errors: SpecError[] = [];
  let result = input;
  for (const assignment of assignments) {
    const parsed = parseAssignment(assignment);
    if (E.isLeft(parsed)) errors.push(parsed.left);
    else result = mergeInputs(result, parsed.right);
  }
  return errors.length > 0 ? E.left(errors) : E.right(result);
}

/** `a.b=1` as `{a: {b: 1}}`. */
function parseAssignment(assignment: string): E.Either<SpecError, unknown> {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, Math.max(equals, 0)).trim();
  const segments = path.split('.');
  if (equals < 0 || segments.some((segment) => segment === '')) {
    return E.left(specError('--set', assignment, SHAPE));
  }
  const text = assignment.slice(equals + 1).trim();
  const value = parseValue(text);
  if (E.isLeft(value)) return E.left(specError(path, text, value.left));
  return E.right(nestAt(segments, value.right));
}

/** `nestAt(['a', 'b'], 1)` is `{a: {b: 1}}`. */
function nestAt(segments: readonly string[], value: unknown): unknown {
  return segments.reduceRight<unknown>((inner, segment) => {
    const outer: Record<string, unknown> = {};
    define(outer, segment, inner);
    return outer;
  }, value);
}

/** Lays one value over a spec as the user wrote it, at a dotted path; the input is not changed. */
export function setAt(input: unknown, path: string, value: unknown): unknown {
  return mergeInputs(input, nestAt(path.split('.'), value));
}

/** What stands at a dotted path of a spec; undefined where nothing does. */
export function valueAt(input: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, segment) => (isPlainObject(inner) ? own(inner, segment) : undefined), input);
}

/** A value, or what it should have looked like. */
function parseValue(text: string): E.Either<string, unknown> {
  if (text === 'true') return E.right(true);
  if (text === 'false') return E.right(false);
  if (text === 'null' || text === '~') return E.right(null);
  if (NUMBER.test(text)) return E.right(Number(text));
  if (text.startsWith("'")) {
    const isQuoted = /^'([^']|'')*'$/.test(text);
    return isQuoted ? E.right(text.slice(1, -1).replaceAll("''", "'")) : E.left('a closed quotation');
  }
  if (text.startsWith('"')) return parseJson(text, 'a closed quotation, as in JSON');
  if (text.startsWith('[')) return parseJson(text, 'a list as in JSON, such as [0.9, 0.98]');
  if (text.startsWith('{')) return parseJson(text, 'an object as in JSON, such as {"testAccuracy": 0.99}');
  return E.right(text);
}

function parseJson(text: string, allowed: string): E.Either<string, unknown> {
  return E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => allowed,
  );
}
