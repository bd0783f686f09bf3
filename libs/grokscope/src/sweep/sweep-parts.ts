import * as E from 'fp-ts/lib/Either.js';
import type { SweepPlan } from '@grokscope/experiments';
import type { SpecError, SweepInput } from '@grokscope/schema';
import { InvalidSpec } from '@grokscope/schema';
import { openRun } from '@grokscope/store';
import { changedParts } from '../parts/changed-parts.js';
import { usedBy, withAbsoluteUse } from '../parts/equip.js';
import { loadParts } from '../parts/load-parts.js';
import { checkPlan, planSweep } from './plan-sweep.js';

/* The files of parts of a sweep: its plan is made with them, and its runs go on with the same. */

/** Returns a plan whose cells are known to be valid; its parts include those that the sweep's files export. */
export async function planned(spec: SweepInput | SweepPlan): Promise<ReturnType<typeof planSweep>> {
  if ('cells' in spec) return checkPlan(spec);
  const input = withAbsoluteUse({ ...spec, base: withAbsoluteUse(spec.base) });
  const own = await loadParts([...usedBy(input), ...usedBy(input.base)])();
  return E.isLeft(own)
    ? E.left(own.left.errors)
    : planSweep(input, undefined, own.right.catalogue, own.right.measures);
}

/**
 * Returns a function that rejects with `InvalidSpec` if a run of the sweep used files of parts that have changed since.
 */
export function changeRefuser(runsDir: string): (runId: string | undefined) => Promise<void> {
  // Thousands of runs use the same few files.
  const known = new Map<string, readonly SpecError[]>();
  return async (runId) => {
    const run = runId === undefined ? undefined : await openRun(runsDir, runId)();
    if (run === undefined || E.isLeft(run)) return;
    const { parts } = run.right.record;
    const key = JSON.stringify(parts ?? []);
    const changed = known.get(key) ?? (await changedParts(parts));
    known.set(key, changed);
    if (changed.length > 0) throw new InvalidSpec(changed, `the sweep's run ${runId}`);
  };
}
