import * as E from 'fp-ts/lib/Either.js';
import type { SweepPlan } from '@grokscope/experiments';
import { expandSweep } from '@grokscope/experiments';
import type { FormattableError, RunSpec } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';
import { freeBytes, weighSpec } from '../weigh-spec.js';

/**
 * A sweep file, already parsed, as its runs; everything that can be refused before a run starts is refused here, every
 * fault listed: those of `expandSweep`, those of setting up each different task, and runs that would take more than
 * `free` bytes of memory.
 */
export function planSweep(
  input: unknown,
  free = freeBytes(),
): E.Either<readonly FormattableError[], SweepPlan> {
  const plan = expandSweep(input);
  if (E.isLeft(plan)) return plan;
  const seen = new Set<string>();
  const errors = new Map<string, FormattableError>();
  for (const { spec } of plan.right.cells) {
    const { splitSeed: _split, ...data } = spec.data;
    const { seed: _seed, initScale: _scale, ...model } = spec.model;
    const task = JSON.stringify([spec.task, data]);
    const size = JSON.stringify([task, model, spec.training.batchSize]);
    if (seen.has(size)) continue;
    const weighed = weighSpec(spec, free);
    const faults = E.isLeft(weighed) ? weighed.left.errors : seen.has(task) ? [] : faultsOf(spec);
    for (const fault of faults) errors.set(JSON.stringify(fault), fault);
    seen.add(size).add(task);
  }
  return errors.size > 0 ? E.left([...errors.values()]) : plan;
}

function faultsOf({ task, data }: RunSpec): readonly FormattableError[] {
  const made = createDataset(task, data);
  return E.isLeft(made) ? [made.left] : [];
}
