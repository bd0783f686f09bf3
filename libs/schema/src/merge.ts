import { amountKeys } from './data-spec.js';
import { isOptimizerKey } from './optimizer-spec.js';
import { taskParameters } from './task-spec.js';
import type { PlainObject } from './validate.js';
import { define, isPlainObject, own, plainCopy } from './validate.js';

/**
 * Lays `patch` over `base`, both JSON-like: objects key by key at every depth, everything else replaced.
 *
 * Some keys are alternatives, not additions: a patch with one of `data.trainFraction`, `data.trainExamples` and
 * `data.infinite` drops the base's other, and a patch with another `task.kind` drops those of the
 * base's task parameters which the new kind does not have; likewise with another `optimizer.kind`. Neither argument is changed.
 */
export function mergeInputs(base: unknown, patch: unknown): unknown {
  if (!isPlainObject(base) || !isPlainObject(patch)) return plainCopy(patch);
  const merged = mergePlain(base, patch);
  for (const [section, drop] of [
    ['data', droppedData],
    ['task', droppedTask],
    ['optimizer', droppedOptimizer],
  ] as const) {
    const over = own(patch, section);
    const result = merged[section];
    if (!isPlainObject(over) || !isPlainObject(result)) continue;
    const dropped = drop(over, result);
    const kept = Object.entries(result).filter(([key]) => !dropped(key) || Object.hasOwn(over, key));
    define(merged, section, Object.fromEntries(kept));
  }
  return merged;
}

function mergePlain(base: PlainObject, patch: PlainObject): Record<string, unknown> {
  const merged = plainCopy(base) as Record<string, unknown>;
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const below = own(base, key);
    const both = isPlainObject(below) && isPlainObject(value);
    define(merged, key, both ? mergePlain(below, value) : plainCopy(value));
  }
  return merged;
}

const droppedData =
  (over: PlainObject): ((key: string) => boolean) =>
  (key) =>
    (amountKeys as readonly string[]).includes(key) &&
    amountKeys.some((other) => other !== key && own(over, other) !== undefined);

function droppedTask(over: PlainObject, result: PlainObject): (key: string) => boolean {
  const parameters = own(over, 'kind') === undefined ? undefined : taskParameters(result['kind']);
  return (key) => parameters !== undefined && !parameters.includes(key);
}

const droppedOptimizer = (over: PlainObject, result: PlainObject): ((key: string) => boolean) =>
  own(over, 'kind') === undefined ? () => false : (key) => !isOptimizerKey(result['kind'], key);
