import * as E from 'fp-ts/lib/Either.js';
import type { SweepPlan } from '@grokscope/experiments';
import { expandSweep } from '@grokscope/experiments';
import type { FormattableError } from '@grokscope/schema';
import { createDataset } from '@grokscope/tasks';

/**
 * A sweep file, already parsed, as its runs; everything that can be refused before a run starts is refused here, every
 * fault listed: those of `expandSweep`, and those of setting up each different task.
 */
export function planSweep(input: unknown): E.Either<readonly FormattableError[], SweepPlan> {
  const plan = expandSweep(input);
  if (E.isLeft(plan)) return plan;
  const seen = new Set<string>();
  const errors = new Map<string, FormattableError>();
  for (const { spec } of plan.right.cells) {
    const { splitSeed: _, ...data } = spec.data;
    const key = JSON.stringify([spec.task, data]);
    if (seen.has(key)) continue;
    seen.add(key);
    const made = createDataset(spec.task, spec.data);
    if (E.isLeft(made)) errors.set(JSON.stringify(made.left), made.left);
  }
  return errors.size > 0 ? E.left([...errors.values()]) : plan;
}
