import { amountKeys } from './data-spec.js';
import { runSpecDefaults } from './run-spec.js';
import type { Catalogue } from '../parts/catalogue.js';
import { defaultsOf, taskPartOf } from '../parts/catalogue.js';
import type { PlainObject } from '../decoding/plain.js';
import { define, isPlainObject, joinPath, own } from '../decoding/plain.js';
import { valueAt } from './apply-set.js';
import { absentInModel, modelDefaults } from './model-section.js';

/**
 * What a spec says where the input is silent, by section: the mainline's, and over it those of the task's own recipe.
 * The task's own keys are filled in where they have defaults.
 */
export function defaultsFor(input: PlainObject, catalogue: Catalogue): PlainObject {
  const task = own(input, 'task');
  const part = isPlainObject(task) ? taskPartOf(catalogue, own(task, 'kind')) : undefined;
  const otherModel = modelDefaults(own(input, 'model'), catalogue);
  const filled: Record<string, unknown> = {
    ...runSpecDefaults,
    ...(part === undefined ? {} : { task: defaultsOf(part.parameters, task as PlainObject) }),
    ...(otherModel === undefined ? {} : { model: otherModel }),
  };
  const recipe = part?.recipe;
  if (recipe === undefined) return filled;
  for (const [section, values] of Object.entries(recipe)) {
    // A recipe speaks of the transformer.
    if (section === 'model' && otherModel !== undefined) continue;
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
 * What an optional key of another section than the model's means where it is absent, by path. A decoded spec never writes it out, so that one run is one
 * spec however it was written, and specs stored before such a key existed are still the same runs.
 */
export const absentDefaults: Readonly<Record<string, unknown>> = {
  'optimizer.schedule': 'constant',
  'optimizer.decayTensors': 'all',
  'optimizer.orthogonalGradient': false,
};

/** What the absence of a key means in a spec whose model is of this kind; undefined where it means nothing. */
export const absentMeaning = (path: string, kind: unknown, catalogue: Catalogue): unknown =>
  own(absentDefaults, path) ?? valueAt({ model: absentInModel(kind, catalogue) }, path);

/** A spec without the entries that say what their absence says; values are shared. */
export function withoutAbsentDefaults(spec: PlainObject, catalogue: Catalogue): PlainObject {
  const kept: Record<string, unknown> = {};
  const model = own(spec, 'model');
  const inModel = isPlainObject(model) ? absentInModel(own(model, 'kind'), catalogue) : {};
  const isAbsent = (section: string, key: string, value: unknown): boolean =>
    own(absentDefaults, joinPath(section, key)) === value;
  for (const [section, values] of Object.entries(spec)) {
    if (!isPlainObject(values)) define(kept, section, values);
    else if (section === 'model') define(kept, section, withoutAbsent(values, inModel));
    else {
      const entries = Object.entries(values).filter(([key, value]) => !isAbsent(section, key, value));
      define(kept, section, Object.fromEntries(entries));
    }
  }
  return kept;
}

/** An object without the entries that say what their absence means, at any depth; one of which nothing is left is such an entry. */
function withoutAbsent(values: PlainObject, meaning: PlainObject): PlainObject {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(values)) {
    const absent = own(meaning, key);
    if (isPlainObject(value) && isPlainObject(absent)) {
      const inner = withoutAbsent(value, absent);
      if (Object.keys(inner).length > 0) define(kept, key, inner);
    } else if (value === undefined || value !== absent) define(kept, key, value);
  }
  return kept;
}
