import { graphemes } from '@grokscope/base';
import { builtIn } from '@grokscope/parts';
import type { Catalogue, RunSpec, SpecError, SweepSpec } from '@grokscope/schema';
import {
  Faults,
  MAX_RUNS,
  decodeSweepSpec,
  formatValue,
  mergeInputs,
  pathFault,
  setAll,
  settingAt,
  specError,
  valueAt,
  variedPaths,
} from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { findPreset, resolveRunSpec } from './resolve.js';
import { specKey } from './spec-key.js';

/** One run of a sweep. */
export interface SweepCell {
  /** What it sets, as text: the same in every sweep file that has this cell, whatever else the file contains. */
  readonly id: string;
  /** The value of every varied path, in the order of the file; undefined if a case leaves it absent as in the base. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Complete, every default filled in; named after the sweep and the varied values. */
  readonly spec: RunSpec;
}

/** A sweep, decoded and expanded: every cell holds a valid spec. */
export interface SweepPlan {
  readonly spec: SweepSpec;
  /** The paths that vary, in the order of the file, without `model.seed`. */
  readonly paths: readonly string[];
  /** Case by case, with the seeds of a case one after another; the last path of a grid varies fastest. */
  readonly cells: readonly SweepCell[];
}

type Assignments = Readonly<Record<string, unknown>>;

/**
 * Expands a sweep file, already parsed, into its runs: (every combination of `vary`, or every case) × seeds.
 *
 * Every spec is decoded before the function returns, and all errors are listed once (beyond fifty they are only
 * counted): those at a varied path under `vary.` or `cases.`, the others under `base.`. After that, the number of runs
 * and all specs are certain; faults that only appear when a task's examples are made (an expression that does not
 * parse) are not known here.
 */
export function expandSweep(
  input: unknown,
  catalogue: Catalogue = builtIn,
): E.Either<readonly SpecError[], SweepPlan> {
  const decoded = decodeSweepSpec(input);
  if (E.isLeft(decoded)) return decoded;
  const spec = decoded.right;
  const count = runCount(spec);
  if (count > MAX_RUNS) {
    const at = spec.vary === undefined ? 'cases' : 'vary';
    const allowed = `a sweep of at most ${MAX_RUNS} runs`;
    return E.left([
      specError(at, spec[at], allowed, `makes ${count} runs with the seeds; allowed is ${allowed}`),
    ]);
  }
  const base = baseOf(spec.base, catalogue);
  if (E.isLeft(base)) return base;
  const used = spec.use === undefined ? base.right : mergeInputs({ use: spec.use }, base.right, catalogue);
  return expandOver(used, spec, catalogue);
}

function runCount({ vary, cases, seeds }: SweepSpec): number {
  const combinations = Object.values(vary ?? {}).reduce((product, values) => product * values.length, 1);
  return (cases?.length ?? combinations) * seeds.length;
}

/** The base as a RunSpec to merge into; a preset's name stands for its spec. */
function baseOf(base: SweepSpec['base'], catalogue: Catalogue): E.Either<readonly SpecError[], unknown> {
  if (typeof base !== 'string') return E.right(base);
  const found = findPreset(base, catalogue);
  if (E.isRight(found)) return E.right({ base });
  return E.left([specError('base', base, 'a preset or a RunSpec', `is not a preset. ${found.left.message}`)]);
}

function expandOver(
  base: unknown,
  spec: SweepSpec,
  catalogue: Catalogue,
): E.Either<readonly SpecError[], SweepPlan> {
  const paths = variedPaths(spec);
  const place = placeIn(spec, paths);
  const told = new Set<string>();
  const faults = new Faults();
  const cells: SweepCell[] = [];
  // Reported once, not for every value; the remaining cells reveal any other faults.
  const unknown = new Set(paths.filter((path) => pathFault(path, catalogue) !== undefined));
  for (const path of unknown) {
    const value = spec.vary?.[path] ?? spec.cases?.find((one) => Object.hasOwn(one, path))?.[path];
    faults.add(() => place(pathFault(path, catalogue, value)!));
  }
  for (const all of assignmentsOf(spec)) {
    const assignments = Object.fromEntries(Object.entries(all).filter(([path]) => !unknown.has(path)));
    for (const seed of spec.seeds) {
      const resolved = resolveRunSpec(
        setAll(base, [...Object.entries(assignments), ['model.seed', seed]], catalogue),
        catalogue,
      );
      if (E.isRight(resolved)) {
        cells.push(cellOf(spec.name, paths, assignments, seed, resolved.right, catalogue));
        continue;
      }
      const errors = resolved.left.map(place);
      // The most faults listed for one spec; beyond that, other cells add nothing new.
      if (errors.some(({ more }) => more !== undefined)) return E.left(errors);
      // A fault of the base affects every cell; it is reported once.
      for (const error of errors) {
        const key = keyOf(error);
        if (!told.has(key)) faults.add(() => error);
        told.add(key);
      }
      // With another seed it would be the same.
      break;
    }
  }
  if (faults.count > 0) return E.left(faults.list());
  const twice = repeatedRun(cells);
  if (twice === undefined) return E.right({ spec, paths, cells });
  const at = spec.vary === undefined ? 'cases' : 'vary';
  return E.left([specError(at, twice, 'cells that differ', 'describe the same run')]);
}
const keyOf = ({ path, value, message }: SpecError): string =>
  JSON.stringify([path, formatValue(value), message]);

function assignmentsOf({ vary, cases }: SweepSpec): readonly Assignments[] {
  if (cases !== undefined) return cases;
  return Object.entries(vary ?? {}).reduce<readonly Assignments[]>(
    (rows, [path, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [path]: value }))),
    [{}],
  );
}

/** Moves an error of a cell's spec to the place of the sweep file that causes it. */
function placeIn(spec: SweepSpec, paths: readonly string[]): (error: SpecError) => SpecError {
  return (error) => {
    const { path } = error;
    const isIn = (candidate: string): boolean => path === candidate || path.startsWith(`${candidate}.`);
    const varied = paths.some((candidate) => isIn(candidate) || candidate.startsWith(`${path}.`));
    const place = !varied ? 'base' : spec.vary === undefined ? 'cases' : 'vary';
    return { ...error, path: path === '' ? place : `${place}.${path}` };
  };
}

function cellOf(
  name: string,
  paths: readonly string[],
  assignments: Assignments,
  seed: number,
  spec: RunSpec,
  catalogue: Catalogue,
): SweepCell {
  const values = Object.fromEntries(paths.map((path) => [path, shownValue(spec, path, catalogue)]));
  // In one order, however a case is written.
  const set = Object.entries(assignments)
    .map(([path, value]) => `${path}=${textOf(value)}`)
    .sort();
  const shown = [...paths.map((path) => `${shortName(path, paths)}=${textOf(values[path])}`), `seed=${seed}`];
  return {
    id: [...set, `model.seed=${seed}`].join(' '),
    values,
    seed,
    spec: { ...spec, name: withinName(`${name} ${shown.join(' ')}`) },
  };
}

/** The longest name a run may have. */
const MAX_NAME = 200;

/** A name that is not too long, with no character cut in two. */
function withinName(name: string): string {
  if (name.length <= MAX_NAME) return name;
  let kept = '';
  for (const character of graphemes(name.slice(0, 2 * MAX_NAME))) {
    if (kept.length + character.length > MAX_NAME) break;
    kept += character;
  }
  return kept;
}

/**
 * A spec's value at a path; the number of training examples is `infinite` if they are always new, and an absent key has
 * the meaning of its absence.
 */
function shownValue(spec: RunSpec, path: string, catalogue: Catalogue): unknown {
  const isInfinite = path === 'data.trainExamples' && valueAt(spec, 'data.infinite') === true;
  return isInfinite ? 'infinite' : settingAt(spec, path, catalogue);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'none');
}

/** The last part of a path if no other of `paths` ends in it: `weightDecay`. */
export function shortName(path: string, paths: readonly string[]): string {
  const last = path.slice(path.lastIndexOf('.') + 1);
  return paths.some((other) => other !== path && other.endsWith(`.${last}`)) ? path : last;
}

/** The ids of two cells whose runs would be the same, however they are written; undefined if all differ. */
function repeatedRun(cells: readonly SweepCell[]): readonly [string, string] | undefined {
  const known = new Map<string, string>();
  for (const { id, spec } of cells) {
    const key = specKey(spec);
    const same = known.get(key);
    if (same !== undefined) return [same, id];
    known.set(key, id);
  }
  return undefined;
}
