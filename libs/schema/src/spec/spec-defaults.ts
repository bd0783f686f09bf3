import { amountKeys } from './data-spec.js';
import { runSpecDefaults } from './run-spec.js';
import type { Catalogue } from '../parts/catalogue.js';
import { defaultsOf, taskPartOf } from '../parts/catalogue.js';
import type { PlainObject } from '../decoding/plain.js';
import { define, isPlainObject, joinPath, own } from '../decoding/plain.js';

/**
 * What a spec says where the input is silent, by section: the mainline's, and over it those of the task's own recipe.
 * The task's own keys are filled in where they have defaults.
 */
export function defaultsFor(input: PlainObject, catalogue: Catalogue): PlainObject {
  const task = own(input, 'task');
  const part = isPlainObject(task) ? taskPartOf(catalogue, own(task, 'kind')) : undefined;
  if (part === undefined) return runSpecDefaults;
  const filled: Record<string, unknown> = { ...runSpecDefaults, task: defaultsOf(part.parameters) };
  const { recipe } = part;
  if (recipe === undefined) return filled;
  for (const [section, values] of Object.entries(recipe)) {
    // Not over the mainline's data: its trainFraction is an alternative to `infinite`.
    const below = section === 'data' ? undefined : own(runSpecDefaults, section);
    define(filled, section, isPlainObject(values) && isPlainObject(below) ? { ...below, ...values } : values);
  }
  const data = own(input, 'data');
  const isFinite = isPlainObject(data) && own(data, 'trainExamples') !== undefined;
  // A number of examples may be smaller than the recipe's batch.
  if (isFinite) define(filled, 'training', { ...(filled['training'] as PlainObject), batchSize: 'full' });
  return filled;
}

/** Whether a default is not wanted because the input chose its alternative. */
export const isReplaced = (section: string, key: string, given: PlainObject): boolean =>
  section === 'data' &&
  (amountKeys as readonly string[]).includes(key) &&
  amountKeys.some((other) => other !== key && own(given, other) !== undefined);

/**
 * What an optional key means where it is absent, by path. A decoded spec never writes it out, so that one run is one
 * spec however it was written, and specs stored before such a key existed are still the same runs.
 */
export const absentDefaults: Readonly<Record<string, unknown>> = {
  'optimizer.schedule': 'constant',
  'optimizer.decayTensors': 'all',
  'optimizer.orthogonalGradient': false,
};

/** A spec without the entries that say what their absence says; values are shared. */
export function withoutAbsentDefaults(spec: PlainObject): PlainObject {
  const kept: Record<string, unknown> = {};
  for (const [section, values] of Object.entries(spec)) {
    const entries = isPlainObject(values)
      ? Object.entries(values).filter(([key, value]) => own(absentDefaults, joinPath(section, key)) !== value)
      : undefined;
    define(kept, section, entries === undefined ? values : Object.fromEntries(entries));
  }
  return kept;
}
