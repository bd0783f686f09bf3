import { amountKeys } from './data-spec.js';
import { isModelKey } from './model-section.js';
import { isOptimizerKey } from './optimizer-rules.js';
import type { Catalogue } from '../parts/catalogue.js';
import type { PlainObject } from '../decoding/plain.js';
import { define, isPlainObject, own, plainCopy } from '../decoding/plain.js';
import { taskParameters } from './spec-schema.js';

/**
 * Merges `patch` into `base`, both JSON-like: objects key by key at every depth; everything else is replaced.
 *
 * Some keys are alternatives, not additions: a patch with one of `data.trainFraction`, `data.trainExamples` and
 * `data.infinite` drops the base's other, and a patch with another `task.kind` drops those of the base's task
 * parameters which the new kind does not have; likewise with another `model.kind` or `optimizer.kind`. Neither argument
 * is changed.
 */
export function mergeInputs(base: unknown, patch: unknown, catalogue: Catalogue): unknown {
  return mergeAll(base, [patch], catalogue);
}

/** Merges each of `patches` into `base` and the patches before it; takes time linear in their total size. */
export function mergeAll(base: unknown, patches: readonly unknown[], catalogue: Catalogue): unknown {
  if (patches.length === 0) return base;
  let merged = plainCopy(base);
  for (const patch of patches) {
    if (isPlainObject(merged) && isPlainObject(patch))
      mergeInto(merged as Record<string, unknown>, patch, catalogue);
    else merged = plainCopy(patch);
  }
  return merged;
}

/**
 * The keys that a patch of a section removes from it, by section: a predicate on keys, or undefined if it removes none.
 */
const dropped: Readonly<
  Record<
    string,
    (over: PlainObject, merged: PlainObject, catalogue: Catalogue) => ((key: string) => boolean) | undefined
  >
> = { data: droppedData, task: droppedTask, model: droppedModel, optimizer: droppedOptimizer };

/** Merges `patch` into `target`, which must be a private copy. */
function mergeInto(target: Record<string, unknown>, patch: PlainObject, catalogue: Catalogue): void {
  const used = own(target, 'use');
  layOver(target, patch);
  const more = own(patch, 'use');
  // Both may name parts of theirs: what is laid over a spec does not take its parts away.
  if (Array.isArray(used) && Array.isArray(more)) define(target, 'use', [...new Set([...used, ...more])]);
  for (const [section, drop] of Object.entries(dropped)) {
    const over = own(patch, section);
    const merged = own(target, section);
    if (!isPlainObject(over) || !isPlainObject(merged)) continue;
    const isDropped = drop(over, merged, catalogue);
    if (isDropped === undefined) continue;
    for (const key of Object.keys(merged)) {
      if (isDropped(key) && !Object.hasOwn(over, key)) delete (merged as Record<string, unknown>)[key];
    }
  }
}

function layOver(target: Record<string, unknown>, patch: PlainObject): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const below = own(target, key);
    if (isPlainObject(below) && isPlainObject(value)) layOver(below as Record<string, unknown>, value);
    else define(target, key, plainCopy(value));
  }
}

function droppedData(over: PlainObject): ((key: string) => boolean) | undefined {
  const given = amountKeys.filter((key) => own(over, key) !== undefined);
  if (given.length === 0) return undefined;
  return (key) => (amountKeys as readonly string[]).includes(key) && given.some((other) => other !== key);
}

function droppedTask(
  over: PlainObject,
  merged: PlainObject,
  catalogue: Catalogue,
): ((key: string) => boolean) | undefined {
  const parameters = own(over, 'kind') === undefined ? undefined : taskParameters(merged['kind'], catalogue);
  return parameters && ((key) => !parameters.includes(key));
}

function droppedModel(
  over: PlainObject,
  merged: PlainObject,
  catalogue: Catalogue,
): ((key: string) => boolean) | undefined {
  if (own(over, 'kind') === undefined) return undefined;
  return (key) => !isModelKey(merged['kind'], key, catalogue);
}

function droppedOptimizer(
  over: PlainObject,
  merged: PlainObject,
  catalogue: Catalogue,
): ((key: string) => boolean) | undefined {
  if (own(over, 'kind') === undefined) return undefined;
  return (key) => !isOptimizerKey(merged['kind'], key, catalogue);
}
