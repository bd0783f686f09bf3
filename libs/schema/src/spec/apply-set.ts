import { jsonExcess } from '@grokscope/base';
import * as E from 'fp-ts/lib/Either.js';
import { MAX_DEPTH, MAX_VALUES, sizeFault } from '../decoding/bounds.js';
import type { Catalogue } from '../parts/catalogue.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { Faults } from '../decoding/faults.js';
import { mergeAll, mergeInputs } from './merge.js';
import { define, isPlainObject, own } from '../decoding/plain.js';

/** One decimal number as YAML 1.2 writes it. */
const NUMBER = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const SHAPE = 'path=value, such as optimizer.weightDecay=0.3';
/** A spec has about a hundred paths; a list of thousands is not a set of changes to one. */
export const MAX_ASSIGNMENTS = 1000;
/** The longest path; every path of a spec is far shorter. */
const MAX_PATH = 200;

/**
 * Applies `--set` assignments to a spec as the user wrote it, in order; a later one overrides an earlier one.
 *
 * Values are read as YAML scalars: numbers, true, false, null, quoted or bare strings; `[…]` and `{…}` as JSON. Whether
 * path and value fit a spec is decided by `decodeRunSpec`; the errors here concern the form of an assignment and the
 * number of assignments, and all of them are listed. The input is not changed.
 */
export function applySet(
  input: unknown,
  assignments: readonly string[],
  catalogue: Catalogue,
): E.Either<readonly SpecError[], unknown> {
  if (assignments.length > MAX_ASSIGNMENTS) {
    const allowed = `at most ${MAX_ASSIGNMENTS} assignments`;
    return E.left([specError('--set', assignments.length, allowed, `are too many; allowed are ${allowed}`)]);
  }
  const before = sizeFault(input);
  if (before !== undefined) return E.left([before]);
  const faults = new Faults();
  const patches: unknown[] = [];
  for (const assignment of assignments) {
    const parsed = parseAssignment(assignment);
    if (E.isRight(parsed)) patches.push(nestAt(parsed.right.segments, parsed.right.value));
    else faults.add(() => parsed.left);
  }
  return faults.count > 0 ? E.left(faults.list()) : E.right(mergeAll(input, patches, catalogue));
}

/** One assignment, read. */
export interface Assignment {
  readonly segments: readonly string[];
  readonly value: unknown;
}

/** Reads `a.b=1`: its path in segments, and the value. */
export function parseAssignment(assignment: string, name = '--set'): E.Either<SpecError, Assignment> {
  const equals = assignment.indexOf('=');
  const path = assignment.slice(0, Math.max(equals, 0)).trim();
  if (equals < 0 || path === '' || path.split('.', MAX_PATH).includes('')) {
    return E.left(specError(name, assignment, SHAPE));
  }
  if (path.length > MAX_PATH) {
    const allowed = `${SHAPE}, the path in at most ${MAX_PATH} characters`;
    return E.left(specError(name, assignment, allowed));
  }
  const text = assignment.slice(equals + 1).trim();
  const value = parseValue(text);
  if (E.isLeft(value)) return E.left(specError(path, text, value.left));
  return E.right({ segments: path.split('.'), value: value.right });
}

/** `nestAt(['a', 'b'], 1)` is `{a: {b: 1}}`. */
function nestAt(segments: readonly string[], value: unknown): unknown {
  return segments.reduceRight<unknown>((inner, segment) => {
    const outer: Record<string, unknown> = {};
    define(outer, segment, inner);
    return outer;
  }, value);
}

/** Sets one value in a spec as the user wrote it, at a dotted path; the input is not changed. */
export function setAt(input: unknown, path: string, value: unknown, catalogue: Catalogue): unknown {
  return mergeInputs(input, nestAt(path.split('.'), value), catalogue);
}

/** Sets values in a spec as the user wrote it, each at a dotted path, in order; the input is not changed. */
export function setAll(
  input: unknown,
  values: Iterable<readonly [path: string, value: unknown]>,
  catalogue: Catalogue,
): unknown {
  return mergeAll(
    input,
    [...values].map(([path, value]) => nestAt(path.split('.'), value)),
    catalogue,
  );
}

/** The value at a dotted path of a spec; undefined if there is none. */
export function valueAt(input: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, segment) => (isPlainObject(inner) ? own(inner, segment) : undefined), input);
}

/** The parsed value, or a description of the form it should have. */
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
  const excess = jsonExcess(text, { maxDepth: MAX_DEPTH, maxValues: MAX_VALUES });
  if (excess !== undefined) {
    return E.left(`at most ${MAX_VALUES} values in at most ${MAX_DEPTH} levels; this ${excess}`);
  }
  return E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => allowed,
  );
}
