import * as E from 'fp-ts/lib/Either.js';
import { sizeFault } from '../decoding/bounds.js';
import { amountKeys } from './data-spec.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { Faults } from '../decoding/faults.js';
import type { RunSpec } from './run-spec.js';
import type { Catalogue } from '../parts/catalogue.js';
import { taskPartOf } from '../parts/catalogue.js';
import { anyTaskCatalogue } from '../parts/core-parts.js';
import { fillOptimizer, kindErrors, tensorRules } from './optimizer-rules.js';
import { runSpecSchema, specSections } from './spec-schema.js';
import { defaultsFor, isReplaced, withoutAbsentDefaults } from './spec-defaults.js';
import { modelPartOf } from './model-section.js';
import { stopRules } from './spec-rules.js';
import { amountErrors, batchRules, splitRules } from './data-rules.js';
import type { PlainObject } from '../decoding/plain.js';
import { define, isPlainObject, joinPath, own, plainCopy } from '../decoding/plain.js';
import { validate } from '../decoding/validate.js';

/**
 * Decodes a RunSpec from a JSON-like value by the parts of a catalogue, filling in defaults: those of the task's own
 * recipe if it has one, otherwise the mainline's.
 *
 * One run has one spec: a key whose value means the same as its absence (`optimizer.schedule: constant`) is left out.
 * All errors are listed, each with its path, value and what is allowed; beyond fifty they are only counted. A `base`
 * must have been resolved beforehand: the presets are not known here.
 */
export function decodeRunSpec(input: unknown, catalogue: Catalogue): E.Either<readonly SpecError[], RunSpec> {
  const size = sizeFault(input);
  if (size !== undefined) return E.left([size]);
  if (!isPlainObject(input)) {
    return E.left([specError('', input, 'an object with at least the key task, or base: <preset>')]);
  }
  const refused = refusedKeys(input, catalogue);
  const filled = withDefaults(input, refused, catalogue);
  const faults = new Faults();
  faults.addAll([...refused.values()]);
  faults.addAll(validate(runSpecSchema(catalogue), filled));
  // Which fields are right is known only if every fault is.
  if (!faults.isCut) faults.addAll(ruleFaults(filled, faults.listed, [...refused.keys()], catalogue));
  if (faults.count > 0) return E.left(faults.list());
  return E.right(plainCopy(withoutAbsentDefaults(filled, catalogue)) as RunSpec);
}

/**
 * Like `decodeRunSpec`, for a task of any kind: the task's own parameters are accepted as they are, and everything else
 * is checked as strictly. For code that stores or shows runs without having the code of their tasks; code that trains
 * decodes by a catalogue. Keys keep the order in which they are stored, so that a spec that is written again has the
 * same bytes.
 */
export const decodeStoredSpec = (input: unknown): E.Either<readonly SpecError[], RunSpec> =>
  E.map((spec: RunSpec) => inOrderOf(input, spec) as RunSpec)(decodeRunSpec(input, anyTaskCatalogue));

/** A value whose objects have their keys in the order of `model`'s, followed by those that `model` lacks. */
function inOrderOf(model: unknown, value: unknown): unknown {
  if (!isPlainObject(model) || !isPlainObject(value)) return value;
  const ordered: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(model), ...Object.keys(value)])) {
    if (Object.hasOwn(value, key)) define(ordered, key, inOrderOf(own(model, key), value[key]));
  }
  return ordered;
}

/** Faults between fields: a rule is checked only if the fields it reads are right. */
function ruleFaults(
  filled: PlainObject,
  found: readonly SpecError[],
  refused: readonly string[],
  catalogue: Catalogue,
): readonly SpecError[] {
  // Read only after `sound` has held.
  const spec = filled as unknown as RunSpec;
  const without = (paths: readonly string[], parts: readonly string[]): boolean =>
    !paths.some((path) => parts.some((part) => isWithin(path, part) || isWithin(part, path)));
  const paths = found.map(({ path }) => path);
  const errors: SpecError[] = [];
  const sound = (...parts: string[]): boolean =>
    without([...paths, ...errors.map(({ path }) => path)], parts);
  const model = modelPartOf(catalogue, isPlainObject(filled['model']) ? filled['model'] : {});
  // Nothing more is known of a task whose part is not here.
  const part = taskPartOf(catalogue, (spec.task as unknown) === undefined ? undefined : spec.task.kind);
  if (part !== undefined) {
    const { task, data } = spec;
    if (sound('task')) errors.push(...(part.rules?.(task) ?? []));
    if (sound('task', ...AMOUNT)) errors.push(...splitRules(part, task, data, catalogue.files));
    if (sound('task', ...AMOUNT, 'training.batchSize')) {
      errors.push(...batchRules(part, task, data, spec.training.batchSize, catalogue.files));
    }
  }
  // A refused key beside them does not change which tensors exist.
  const invalid = paths.filter((path) => !refused.includes(path));
  if (model !== undefined) {
    if (without(invalid, ['model', 'optimizer']))
      errors.push(
        ...tensorRules(
          spec.optimizer,
          spec.model,
          model,
          sound('task') ? part?.operandCount?.(spec.task) : undefined,
        ),
      );
    for (const { reads, errors: errorsOf } of model.rules ?? []) {
      if (sound(...reads.map((key) => `model.${key}`))) errors.push(...errorsOf(spec.model));
    }
  }
  if (sound('training.stopWhen')) errors.push(...stopRules(spec.training));
  return errors;
}

/** The places that determine the amount of training data. */
const AMOUNT = amountKeys.map((key) => `data.${key}`);

/** Whether a path is `place` or leads into it. */
const isWithin = (path: string, place: string): boolean => path === place || path.startsWith(`${place}.`);

/** Errors for keys that exclude each other, by path. */
function refusedKeys(input: PlainObject, catalogue: Catalogue): Map<string, SpecError> {
  const data = own(input, 'data');
  const amounts = amountErrors((key) => (isPlainObject(data) ? own(data, key) : undefined));
  const errors = [...amounts, ...kindErrors(own(input, 'optimizer'), catalogue)];
  return new Map(errors.map((error) => [error.path, error]));
}

/** The input's entries over the defaults', without undefined and already refused entries; values are shared. */
function withDefaults(
  input: PlainObject,
  refused: ReadonlyMap<string, SpecError>,
  catalogue: Catalogue,
): PlainObject {
  const filled: Record<string, unknown> = {};
  const allDefaults = defaultsFor(input, catalogue);
  for (const key of new Set<string>([...specSections, ...Object.keys(input)])) {
    const given = own(input, key);
    const defaults = own(allDefaults, key);
    const bothSections = isPlainObject(defaults) && isPlainObject(given);
    const section = bothSections ? fillSection(key, given, defaults, refused) : (given ?? defaults);
    const value = key === 'optimizer' && isPlainObject(section) ? fillOptimizer(section, catalogue) : section;
    // An explicit null stays, to be refused; only missing keys are filled in.
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
    if (!isReplaced(section, key, given)) define(filled, key, value);
  }
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !refused.has(joinPath(section, key))) define(filled, key, value);
  }
  return filled;
}
