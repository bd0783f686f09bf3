import * as E from 'fp-ts/lib/Either.js';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import type { RunSpec } from './run-spec.js';
import { RunSpecSchema, runSpecDefaults, unavailableKeys } from './run-spec.js';
import { modelRules } from './model-spec.js';
import { decayRules, fillOptimizer, optimizerRules } from './optimizer-spec.js';
import { splitRules, stopRules, taskRules } from './spec-rules.js';
import type { PlainObject } from './validate.js';
import { define, isPlainObject, joinPath, own, plainCopy, validate } from './validate.js';

/**
 * Decodes a RunSpec from a JSON-like value, filling in the mainline's defaults.
 *
 * All errors are listed, each with its path, value and what is allowed. A `base` must have been resolved
 * before: the presets are not known here.
 */
export function decodeRunSpec(input: unknown): E.Either<readonly SpecError[], RunSpec> {
  if (!isPlainObject(input)) {
    return E.left([specError('', input, 'an object with at least the key task, or base: <preset>')]);
  }
  const refused = refusedKeys(input);
  const filled = withDefaults(input, refused);
  const errors = [...refused.values(), ...validate(RunSpecSchema, filled)];
  const sound = (...sections: string[]): boolean =>
    !errors.some(({ path }) => sections.includes(path.split('.')[0]!));
  // Read only behind `sound`: a rule between fields is worth stating where the fields themselves are right.
  const spec = filled as unknown as RunSpec;
  if (sound('task')) errors.push(...taskRules(spec.task));
  if (sound('task', 'data')) errors.push(...splitRules(spec.task, spec.data));
  if (sound('optimizer')) {
    const decay = sound('model') ? decayRules(spec.optimizer, spec.model) : [];
    errors.push(...optimizerRules(spec.optimizer), ...decay);
  }
  if (sound('model')) errors.push(...modelRules(spec.model));
  if (sound('training')) errors.push(...stopRules(spec.training));
  return errors.length > 0 ? E.left(errors) : E.right(plainCopy(filled) as RunSpec);
}

/** Errors for keys that are known but cannot be honoured here, by path. */
function refusedKeys(input: PlainObject): Map<string, SpecError> {
  const errors = new Map<string, SpecError>();
  const at = (section: string, key: string): unknown => {
    const object = own(input, section);
    return isPlainObject(object) ? own(object, key) : undefined;
  };
  for (const [path, allowed] of Object.entries(unavailableKeys)) {
    const [section, key] = path.split('.') as [string, string];
    const value = at(section, key);
    if (value !== undefined) {
      errors.set(path, specError(path, value, allowed, 'is not available in this version'));
    }
  }
  const trainExamples = at('data', 'trainExamples');
  if (trainExamples !== undefined && at('data', 'trainFraction') !== undefined) {
    const path = 'data.trainExamples';
    const allowed = 'either trainFraction or trainExamples';
    errors.set(path, specError(path, trainExamples, allowed, 'cannot stand beside data.trainFraction'));
  }
  return errors;
}

/** The input's entries over the defaults', without undefined and already refused entries; values are shared. */
function withDefaults(input: PlainObject, refused: ReadonlyMap<string, SpecError>): PlainObject {
  const filled: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(RunSpecSchema.properties), ...Object.keys(input)])) {
    const given = own(input, key);
    const defaults = own(runSpecDefaults, key);
    const bothSections = isPlainObject(defaults) && isPlainObject(given);
    const section = bothSections ? fillSection(key, given, defaults, refused) : (given ?? defaults);
    const value = key === 'optimizer' && isPlainObject(section) ? fillOptimizer(section) : section;
    // A null that is there stays, to be refused; only what is missing is filled in.
    const entry = given === null ? null : value;
    if (entry !== undefined) define(filled, key, entry);
  }
  return filled;
}

function fillSection(
  section: string,
  given: PlainObject,
  defaults: PlainObject,
  refused: ReadonlyMap<string, SpecError>,
): PlainObject {
  const filled: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(defaults)) {
    const replaced = key === 'trainFraction' && own(given, 'trainExamples') !== undefined;
    if (!replaced) define(filled, key, value);
  }
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !refused.has(joinPath(section, key))) define(filled, key, value);
  }
  return filled;
}
