import * as E from 'fp-ts/lib/Either.js';
import Type from 'typebox';
import { MAX_SWEEP_VALUES, sizeFault } from '../decoding/bounds.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { Faults } from '../decoding/faults.js';
import type { PlainObject } from '../decoding/plain.js';
import { isPlainObject, joinPath, own, plainCopy } from '../decoding/plain.js';
import type { FindingSpec, SweepSpec } from './sweep-spec.js';
import { MAX_PATHS, SweepSpecSchema, thresholdStatistics } from './sweep-spec.js';
import { didYouMean, validate } from '../decoding/validate.js';

const PATH_EXAMPLE = 'a path of the spec in one word, such as optimizer.weightDecay';
/** `vary` and `cases` are checked below, key by key; here they are only declared. */
const fields = {
  ...SweepSpecSchema,
  properties: { ...SweepSpecSchema.properties, vary: Type.Unknown(), cases: Type.Unknown() },
};

/**
 * Decodes a sweep file, already parsed; `seeds` default to `[0]`.
 *
 * All errors are listed, each with its path, value and what is allowed; beyond fifty they are only counted. Whether the
 * paths exist and their values fit can be decided only with the base: see `expandSweep` of the room `experiments`.
 */
export function decodeSweepSpec(input: unknown): E.Either<readonly SpecError[], SweepSpec> {
  const size = sizeFault(input, MAX_SWEEP_VALUES);
  if (size !== undefined) return E.left([size]);
  if (!isPlainObject(input)) {
    return E.left([specError('', input, 'an object with the keys name, base, vary or cases, and seeds')]);
  }
  const filled: PlainObject = { seeds: [0], ...definedEntries(input) };
  const { vary, cases, seeds } = filled;
  const faults = new Faults();
  faults.addAll(validate(fields, filled));
  const twice = Array.isArray(seeds) ? repeated(seeds) : undefined;
  if (twice !== undefined) {
    faults.add(() => specError('seeds', twice, 'each seed once', 'stands twice in the list'));
  }
  if (vary !== undefined) varyFaults(vary, faults);
  if (cases !== undefined) casesFaults(cases, faults);
  if (vary !== undefined && cases !== undefined) {
    faults.add(() => specError('cases', cases, 'either vary or cases', 'cannot stand beside vary'));
  }
  if (faults.count === 0) faults.addAll(crossErrors(filled as unknown as SweepSpec));
  return faults.count > 0 ? E.left(faults.list()) : E.right(plainCopy(filled) as SweepSpec);
}

function definedEntries(input: PlainObject): PlainObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** Paths that a sweep sets itself. */
const OWN_PATHS: Readonly<Record<string, string>> = {
  'model.seed': 'the key seeds of the sweep',
  name: 'the key name of the sweep',
  base: 'one base for all; what differs is a path',
  use: 'the key use of the sweep',
};

/** The fault in the form of a path, if any. */
function pathError(at: string, path: string, value: unknown): SpecError | undefined {
  if (path.split('.').some((segment) => segment.trim() !== segment || segment === '')) {
    return specError(joinPath(at, path), value, PATH_EXAMPLE, `is not under ${PATH_EXAMPLE}`);
  }
  const instead = own(OWN_PATHS, path);
  return typeof instead === 'string'
    ? specError(joinPath(at, path), value, instead, `cannot be varied: use ${instead}`)
    : undefined;
}

function varyFaults(vary: unknown, faults: Faults): void {
  if (!isPlainObject(vary) || Object.keys(vary).length === 0) {
    const allowed = 'an object from paths to lists, such as optimizer.weightDecay: [0, 1]';
    return faults.add(() => specError('vary', vary, allowed));
  }
  for (const [path, values] of Object.entries(vary)) {
    const wrongPath = pathError('vary', path, values);
    if (wrongPath !== undefined) faults.add(() => wrongPath);
    const at = joinPath('vary', path);
    if (!Array.isArray(values) || values.length === 0) {
      faults.add(() => specError(at, values, `a list of at least one value, under ${PATH_EXAMPLE}`));
      continue;
    }
    const twice = repeated(values);
    if (twice !== undefined) {
      faults.add(() => specError(at, twice, 'each value once', 'stands twice in the list'));
    }
  }
}

function casesFaults(cases: unknown, faults: Faults): void {
  if (!Array.isArray(cases) || cases.length === 0) {
    const allowed = 'a list of at least one case, such as { optimizer.lr: 0.001 }';
    return faults.add(() => specError('cases', cases, allowed));
  }
  // The same few paths occur in every case.
  const known = new Set<string>();
  cases.forEach((entry: unknown, i) => {
    if (!isPlainObject(entry)) {
      return faults.add(() => specError(`cases.${i}`, entry, 'an object from paths to values'));
    }
    for (const [path, value] of Object.entries(entry)) {
      if (known.has(path)) continue;
      const wrongPath = pathError(`cases.${i}`, path, value);
      if (wrongPath === undefined) known.add(path);
      else faults.add(() => wrongPath);
    }
  });
  const twice = repeated(cases);
  if (twice !== undefined) {
    faults.add(() => specError('cases', twice, 'each case once', 'stands twice in the list'));
  }
}

/** The first value that occurs twice. */
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

/** Rules between the fields of a sweep whose fields are each valid. */
function crossErrors(spec: SweepSpec): SpecError[] {
  const { finding } = spec;
  const varied = variedPaths(spec);
  if (varied.length > MAX_PATHS) {
    const allowed = `at most ${MAX_PATHS} paths that vary`;
    return [
      specError(spec.vary === undefined ? 'cases' : 'vary', varied, allowed, `vary ${varied.length} paths`),
    ];
  }
  if (finding === undefined) return [];
  const paths = [...varied, 'model.seed'];
  const errors = (['against', 'by'] as const).flatMap((key) => {
    const path = finding[key];
    if (path === undefined || paths.includes(path)) return [];
    const allowed = `one of the paths this sweep varies: ${paths.join(', ')}`;
    return [specError(`finding.${key}`, path, allowed, `must be ${allowed}${didYouMean(path, paths)}`)];
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
