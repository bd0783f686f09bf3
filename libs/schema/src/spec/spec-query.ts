import * as E from 'fp-ts/lib/Either.js';
import { parseAssignment, valueAt } from './apply-set.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { Faults } from '../decoding/faults.js';
import { isPlainObject, joinPath } from '../decoding/plain.js';
import type { Catalogue } from '../parts/catalogue.js';
import { kindsOf } from '../parts/catalogue.js';
import type { RunSpec } from './run-spec.js';
import { absentMeaning } from './spec-defaults.js';
import { pathFault, valueFaults } from './spec-path.js';
import { didYouMean } from '../decoding/validate.js';

/*
 * Queries about specs, as strict as `--set`: a query that no spec could match is refused instead of returning nothing.
 */

/** A setting to match. */
export interface WantedSetting {
  /** In the form `--set` accepts. */
  readonly path: string;
  readonly value: unknown;
}

/** More conditions than anybody would write. */
const MAX_CONDITIONS = 100;

/**
 * Reads conditions `path=value`, each in the form of `--set`; an object is a condition on each of its entries. Left
 * lists every condition that no spec can meet (an unknown path or an impossible value), with suggestions.
 */
export function decodeWhere(
  conditions: readonly string[],
  catalogue: Catalogue,
  name = '--where',
): E.Either<readonly SpecError[], readonly WantedSetting[]> {
  if (conditions.length > MAX_CONDITIONS) {
    return E.left([specError(name, conditions.length, `at most ${MAX_CONDITIONS} conditions`)]);
  }
  const faults = new Faults();
  const wanted = conditions.flatMap((condition) => {
    const read = parseAssignment(condition, name);
    if (E.isLeft(read)) {
      faults.add(() => read.left);
      return [];
    }
    const settings = leavesOf(read.right.segments.join('.'), read.right.value);
    for (const { path, value } of settings) faults.addAll(conditionFaults(path, catalogue, value));
    return settings;
  });
  return faults.count > 0 ? E.left(faults.list()) : E.right(wanted);
}

function conditionFaults(path: string, catalogue: Catalogue, value: unknown): readonly SpecError[] {
  const noPath = pathFault(path, catalogue, value);
  if (noPath !== undefined) return [noPath];
  // The meaning of an absent key may be queried, whatever values may be written out.
  const kinds = catalogue.models === 'any' ? [undefined] : kindsOf(catalogue.models);
  return kinds.some((kind) => isSameSetting(absentMeaning(path, kind, catalogue) ?? NaN, value))
    ? []
    : valueFaults(path, catalogue, value);
}

function leavesOf(path: string, value: unknown): readonly WantedSetting[] {
  // A key with a dot is no part of a path: it is the name of a tensor, and the object one setting.
  if (!isPlainObject(value) || Object.keys(value).some((key) => key.includes('.'))) return [{ path, value }];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(joinPath(path, key), inner));
}

/** A spec's value at a path; the meaning of the absence if the key is not written out. */
export const settingAt = (spec: RunSpec, path: string, catalogue: Catalogue): unknown =>
  valueAt(spec, path) ?? absentMeaning(path, spec.model.kind, catalogue);

/** Whether two values of a setting are equal: texts in any Unicode form, lists entry by entry. */
export const isSameSetting = (a: unknown, b: unknown): boolean => comparable(a) === comparable(b);

const comparable = (value: unknown): string | undefined => JSON.stringify(value)?.normalize('NFC');

/** Whether a spec has all the given settings. */
export const hasSettings = (spec: RunSpec, wanted: readonly WantedSetting[], catalogue: Catalogue): boolean =>
  wanted.every(({ path, value }) => isSameSetting(settingAt(spec, path, catalogue), value));

/** A kind of task by name; Left names the nearest one and all that exist. */
export function decodeTaskKind(
  kind: string,
  { tasks }: Catalogue,
  name = '--task',
): E.Either<SpecError, string> {
  if (tasks === 'any') return E.right(kind);
  const kinds = kindsOf(tasks);
  if (kinds.includes(kind)) return E.right(kind);
  const allowed = `one of ${kinds.join(', ')}`;
  return E.left(specError(name, kind, allowed, `must be ${allowed}${didYouMean(kind, kinds)}`));
}

/** A text normalised for searches, which ignore Unicode form and letter case. */
export const searchable = (text: string): string => text.normalize('NFC').toLowerCase().normalize('NFC');
