import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import type { FindingSpec, SweepSpec } from './sweep-spec.js';
import { SweepSpecSchema, thresholdStatistics } from './sweep-spec.js';
import type { PlainObject } from './validate.js';
import { isPlainObject, joinPath, own, plainCopy, validate } from './validate.js';

const PATH_EXAMPLE = 'a path of the spec in one word, such as optimizer.weightDecay';
/** `vary` and `cases` are checked below, key by key; here they are only known. */
const fields = {
  ...SweepSpecSchema,
  properties: { ...SweepSpecSchema.properties, vary: Type.Unknown(), cases: Type.Unknown() },
};

/**
 * Decodes a sweep file, already parsed; `seeds` default to `[0]`.
 *
 * All errors are listed, each with its path, value and what is allowed. Whether the paths exist and their values fit
 * is known only over the base: see `expandSweep` of the room `experiments`.
 */
export function decodeSweepSpec(input: unknown): E.Either<readonly SpecError[], SweepSpec> {
  if (!isPlainObject(input)) {
    return E.left([specError('', input, 'an object with the keys name, base, vary or cases, and seeds')]);
  }
  const filled: PlainObject = { seeds: [0], ...definedEntries(input) };
  const { vary, cases } = filled;
  const errors = validate(fields, filled);
  if (vary !== undefined) errors.push(...varyErrors(vary));
  if (cases !== undefined) errors.push(...casesErrors(cases));
  if (vary !== undefined && cases !== undefined) {
    errors.push(specError('cases', cases, 'either vary or cases', 'cannot stand beside vary'));
  }
  if (errors.length === 0) errors.push(...findingErrors(filled as unknown as SweepSpec));
  return errors.length > 0 ? E.left(errors) : E.right(plainCopy(filled) as SweepSpec);
}

function definedEntries(input: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** Paths that a sweep sets itself. */
const OWN_PATHS: Readonly<Record<string, string>> = {
  'model.seed': 'the key seeds of the sweep',
  name: 'the key name of the sweep',
  base: 'one base for all; what differs is a path',
};

function pathErrors(at: string, path: string, value: unknown): SpecError[] {
  if (path.split('.').some((segment) => segment.trim() !== segment || segment === '')) {
    return [specError(joinPath(at, path), value, PATH_EXAMPLE, `is not under ${PATH_EXAMPLE}`)];
  }
  const instead = own(OWN_PATHS, path);
  return typeof instead === 'string'
    ? [specError(joinPath(at, path), value, instead, `cannot be varied: use ${instead}`)]
    : [];
}

function varyErrors(vary: unknown): SpecError[] {
  if (!isPlainObject(vary) || Object.keys(vary).length === 0) {
    return [specError('vary', vary, 'an object from paths to lists, such as optimizer.weightDecay: [0, 1]')];
  }
  return Object.entries(vary).flatMap(([path, values]) => {
    const errors = pathErrors('vary', path, values);
    const at = joinPath('vary', path);
    if (!Array.isArray(values) || values.length === 0) {
      return [...errors, specError(at, values, `a list of at least one value, under ${PATH_EXAMPLE}`)];
    }
    const twice = repeated(values);
    return twice === undefined
      ? errors
      : [...errors, specError(at, twice, 'each value once', 'stands twice in the list')];
  });
}

function casesErrors(cases: unknown): SpecError[] {
  if (!Array.isArray(cases) || cases.length === 0) {
    return [specError('cases', cases, 'a list of at least one case, such as { optimizer.lr: 0.001 }')];
  }
  const errors = cases.flatMap((entry: unknown, i) => {
    if (!isPlainObject(entry)) return [specError(`cases.${i}`, entry, 'an object from paths to values')];
    return Object.entries(entry).flatMap(([path, value]) => pathErrors(`cases.${i}`, path, value));
  });
  const twice = repeated(cases);
  if (twice !== undefined)
    errors.push(specError('cases', twice, 'each case once', 'stands twice in the list'));
  return errors;
}

/** The first value that is there twice. */
function repeated(values: readonly unknown[]): unknown {
  const seen = new Set<string>();
  return values.find((value) => {
    const key = JSON.stringify(value) ?? String(value);
    if (seen.has(key)) return true;
    seen.add(key);
    return false;
  });
}

/** The paths a sweep varies, in the order of the file. */
export function variedPaths({ vary, cases }: Pick<SweepSpec, 'vary' | 'cases'>): readonly string[] {
  return vary !== undefined ? Object.keys(vary) : [...new Set((cases ?? []).flatMap(Object.keys))];
}

function findingErrors(spec: SweepSpec): SpecError[] {
  const { finding } = spec;
  if (finding === undefined) return [];
  const paths = [...variedPaths(spec), 'model.seed'];
  const errors = (['against', 'by'] as const).flatMap((key) => {
    const path = finding[key];
    if (path === undefined || paths.includes(path)) return [];
    const allowed = `one of the paths this sweep varies: ${paths.join(', ')}`;
    return [specError(`finding.${key}`, path, allowed)];
  });
  return [...errors, ...thresholdErrors(finding)];
}

function thresholdErrors({ statistic, thresholds, published }: FindingSpec): SpecError[] {
  if (!thresholdStatistics.includes(statistic)) {
    if (thresholds === undefined) return [];
    const allowed = `no thresholds, or a statistic that has some: ${thresholdStatistics.join(', ')}`;
    return [specError('finding.thresholds', thresholds, allowed, `mean nothing for ${statistic}`)];
  }
  if (thresholds === undefined) {
    return [specError('finding.thresholds', undefined, 'a list of losses, such as [1, 0.01]')];
  }
  return (published ?? []).flatMap(({ threshold }, i) => {
    const isTold = threshold === undefined ? thresholds.length === 1 : thresholds.includes(threshold);
    const allowed = `one of the thresholds ${thresholds.join(', ')}`;
    return isTold ? [] : [specError(`finding.published.${i}.threshold`, threshold, allowed)];
  });
}
