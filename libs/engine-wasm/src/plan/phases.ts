import { isLeaf, isUpdate, overwrittenOperands } from '@grokscope/graph';
import type { Step } from './step.js';

/**
 * Steps that do not read each other's results, except those that run together example by example: threads meet at the
 * end of the phase, not between its steps.
 */
export type Phase = readonly Step[];

/**
 * Groups a function's steps into phases: values by the length of the chain they wait for, then copies, then updates.
 */
export function planPhases(steps: readonly Step[]): readonly Phase[] {
  const copies = steps.filter(({ node }) => isLeaf(node.op));
  const updates = steps.filter(({ node }) => isUpdate(node.op));
  const values = steps.filter(({ node }) => !isLeaf(node.op) && !isUpdate(node.op));
  const last = areApart(updates) ? [updates] : updates.map((step) => [step]);
  return [...levels(values), copies, ...last].filter((phase) => phase.length > 0);
}

/** Whether no update reads what another one writes. */
function areApart(updates: readonly Step[]): boolean {
  const written = ({ node }: Step) => overwrittenOperands(node.op).map((i) => node.inputs[i]);
  return updates.every((step) => {
    const own = new Set(step.inputs);
    return updates.every((other) => other === step || !written(other).some((id) => own.has(id)));
  });
}

/** Values that wait for no other value, then those that wait only for these, and so on. */
function levels(steps: readonly Step[]): readonly Phase[] {
  const level = new Map<number, number>();
  const phases: Step[][] = [];
  let from = 0;
  while (from < steps.length) {
    const unit = steps.slice(from, from + 1 + (steps[from].followers ?? 0));
    const made = new Set(unit.map(({ node }) => node.id));
    const read = unit.flatMap(({ inputs }) => inputs).filter((id) => !made.has(id));
    const own = Math.max(0, ...read.map((id) => (level.get(id) ?? -1) + 1));
    for (const id of made) level.set(id, own);
    (phases[own] ??= []).push(...unit);
    from += unit.length;
  }
  return phases;
}

/** For every value that a step produces: its phase, and the last phase that reads it (for outputs: after the end). */
export function lifetimes(
  phases: readonly Phase[],
  outputs: Iterable<number>,
): ReadonlyMap<number, { readonly first: number; readonly last: number }> {
  const found = new Map<number, { first: number; last: number }>();
  phases.forEach((steps, position) => {
    for (const { node } of steps) found.set(node.id, { first: position, last: position });
    for (const id of steps.flatMap(({ inputs }) => inputs)) {
      const value = found.get(id);
      if (value) value.last = position;
    }
  });
  for (const id of outputs) {
    const value = found.get(id);
    if (value) value.last = phases.length;
  }
  return found;
}
