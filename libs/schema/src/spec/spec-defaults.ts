import { amountKeys } from './data-spec.js';
import { runSpecDefaults } from './run-spec.js';
import type { Catalogue } from '../parts/catalogue.js';
import { defaultsOf, taskPartOf } from '../parts/catalogue.js';
import type { PlainObject } from '../decoding/plain.js';
import { define, isPlainObject, joinPath, own } from '../decoding/plain.js';
import { valueAt } from './apply-set.js';
import { absentInModel, modelDefaults } from './model-section.js';

/**
 * The defaults for an input, by section: the mainline's, overridden by those of the task's own recipe. The task's own
 * keys are filled in if they have defaults.
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
    // A recipe is written for the transformer.
    if (section === 'model' && otherModel !== undefined) continue;
    // Not merged into the mainline's data: its trainFraction is an alternative to `infinite`.
    const below = section === 'data' ? undefined : own(runSpecDefaults, section);
    define(filled, section, isPlainObject(values) && isPlainObject(below) ? { ...below, ...values } : values);
  }
  const data = own(input, 'data');
  const isFinite = isPlainObject(data) && own(data, 'trainExamples') !== undefined;
  // The number of examples may be smaller than the recipe's batch.
  if (isFinite) define(filled, 'training', { ...(filled['training'] as PlainObject), batchSize: 'full' });
  return filled;
}

/** Whether a default does not apply because the input chose its alternative. */
export const isReplaced = (section: string, key: string, given: PlainObject): boolean =>
  section === 'data' &&
  (amountKeys as readonly string[]).includes(key) &&
  amountKeys.some((other) => other !== key && own(given, other) !== undefined);

/**
 * The meaning of an absent optional key outside the model section, by path. A decoded spec never writes it out, so that
 * one run is one spec however it was written, and specs stored before such a key existed still describe the same runs.
 */
export const absentDefaults: Readonly<Record<string, unknown>> = {
  'optimizer.schedule': 'constant',
  'optimizer.decayTensors': 'all',
  'optimizer.orthogonalGradient': false,
  'optimizer.frozen': [],
  'optimizer.lrScale': {},
};

/** Whether a value says what its absence says. */
function saysAbsence(path: string, value: unknown): boolean {
  const absent = own(absentDefaults, path);
  if (Array.isArray(absent)) return Array.isArray(value) && value.length === 0;
  if (isPlainObject(absent)) return isPlainObject(value) && Object.keys(value).length === 0;
  return absent === value;
}

/** A learning-rate factor of 1 says nothing. */
const withoutUnitFactors = (factors: unknown): unknown =>
  isPlainObject(factors)
    ? Object.fromEntries(Object.entries(factors).filter(([, factor]) => factor !== 1))
    : factors;

/** What the absence of a key means in a spec whose model is of this kind; undefined where it means nothing. */
export const absentMeaning = (path: string, kind: unknown, catalogue: Catalogue): unknown =>
  own(absentDefaults, path) ?? valueAt({ model: absentInModel(kind, catalogue) }, path);

/** A spec without the entries that equal the meaning of their absence; values are shared. */
export function withoutAbsentDefaults(spec: PlainObject, catalogue: Catalogue): PlainObject {
  const kept: Record<string, unknown> = {};
  const model = own(spec, 'model');
  const inModel = isPlainObject(model) ? absentInModel(own(model, 'kind'), catalogue) : {};
  for (const [section, values] of Object.entries(spec)) {
    // No file is what absence means.
    if (section === 'use' && Array.isArray(values) && values.length === 0) continue;
    if (!isPlainObject(values)) define(kept, section, values);
    else if (section === 'model') define(kept, section, withoutAbsent(values, inModel));
    else {
      const entries = Object.entries(values).map(
        ([key, value]) => [key, key === 'lrScale' ? withoutUnitFactors(value) : value] as const,
      );
      const said = entries.filter(([key, value]) => !saysAbsence(joinPath(section, key), value));
      define(kept, section, Object.fromEntries(said));
    }
  }
  return kept;
}

/**
 * An object without the entries that equal the meaning of their absence, at any depth; an object that becomes empty is
 * such an entry too.
 */
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
