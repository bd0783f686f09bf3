import * as E from 'fp-ts/lib/Either.js';
import type { SweepPlan } from '@grokscope/experiments';
import { expandSweep } from '@grokscope/experiments';
import type { FormattableError, RunSpec } from '@grokscope/schema';
import { namedMeasureFaults, type Measure } from '@grokscope/interpret';
import { datasetOf, builtIn, decodeRunSpec, type FullCatalogue } from '@grokscope/parts';
import { Faults } from '@grokscope/schema';
import { freeBytes, weighSpec } from '../engines/weigh-spec.js';
import { orFault } from '../parts/faults.js';
import { withFilesOf } from '../files/own-files.js';
import { sweepInFolder } from '../files/sweep-files.js';

/**
 * Expands a parsed sweep file into its runs. Everything that can be refused before a run starts is refused here, with
 * every fault listed: those of `expandSweep`, those of setting up each different task, and runs that would take more
 * than `free` bytes of memory.
 */
export const planSweep = (
  input: unknown,
  free = freeBytes(),
  parts: FullCatalogue = builtIn,
  measures: readonly Measure[] = [],
): E.Either<readonly FormattableError[], SweepPlan> =>
  orFault(
    () => planBy(input, free, parts, measures),
    (error): readonly FormattableError[] => [error],
  );

function planBy(
  input: unknown,
  free: number,
  parts: FullCatalogue,
  measures: readonly Measure[],
): E.Either<readonly FormattableError[], SweepPlan> {
  const read = expandWithFiles(input, parts);
  if (E.isLeft(read)) return read;
  const { plan, catalogue } = read.right;
  const seen = new Set<string>();
  const told = new Set<string>();
  const errors = new Faults<FormattableError>();
  for (const { spec } of plan.cells) {
    const { splitSeed: _split, ...data } = spec.data;
    const { seed: _seed, initScale: _scale, ...model } = spec.model;
    const { measures: named = [] } = spec.observe;
    const task = JSON.stringify([spec.task, data, ...(named.length > 0 ? [named, spec.model] : [])]);
    const size = JSON.stringify([task, model, spec.training.batchSize]);
    if (seen.has(size)) continue;
    const weighed = weighSpec(spec, free, catalogue, measures);
    const faults = E.isLeft(weighed)
      ? weighed.left.errors
      : seen.has(task)
        ? []
        : faultsOf(spec, catalogue, measures);
    for (const fault of faults) {
      const key = JSON.stringify(fault);
      if (!told.has(key)) errors.add(() => fault);
      told.add(key);
    }
    seen.add(size).add(task);
  }
  if (errors.count > 0) return E.left(errors.list());
  planned.add(plan);
  return E.right(plan);
}

/** Expands a sweep into runs, after reading the files that it names: some rules depend on what a file contains. */
function expandWithFiles(
  input: unknown,
  parts: FullCatalogue,
): E.Either<readonly FormattableError[], { readonly plan: SweepPlan; readonly catalogue: FullCatalogue }> {
  const whole = sweepInFolder(input, process.cwd(), parts);
  const plan = expandSweep(whole, parts);
  if (E.isLeft(plan)) return plan;
  const catalogue = withFilesOf(
    plan.right.cells.map(({ spec }) => spec),
    parts,
  );
  if (E.isLeft(catalogue)) return catalogue;
  const again = catalogue.right === parts ? plan : expandSweep(whole, catalogue.right);
  return E.isLeft(again) ? again : E.right({ plan: again.right, catalogue: catalogue.right });
}

/** Plans made here, whose cells are known to be valid. */
const planned = new WeakSet<SweepPlan>();

/**
 * Checks a plan that code passes in: if `planSweep` did not make it, its specs are decoded, and every fault is listed.
 */
export function checkPlan(plan: SweepPlan): E.Either<readonly FormattableError[], SweepPlan> {
  if (planned.has(plan)) return E.right(plan);
  const faults = new Faults();
  const cells = plan.cells.flatMap((cell, i) => {
    const spec = decodeRunSpec(cell.spec);
    if (E.isRight(spec)) return [{ ...cell, spec: spec.right }];
    faults.addAll(spec.left.map((error) => ({ ...error, path: `cells.${i}.spec.${error.path}` })));
    return [];
  });
  return faults.count > 0 ? E.left(faults.list()) : E.right({ ...plan, cells });
}

function faultsOf(
  spec: RunSpec,
  catalogue: FullCatalogue,
  measures: readonly Measure[],
): readonly FormattableError[] {
  const made = datasetOf(spec, catalogue);
  return E.isLeft(made) ? [made.left] : namedMeasureFaults(spec, measures, made.right);
}
