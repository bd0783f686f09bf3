import * as E from 'fp-ts/lib/Either.js';
import { sizeFault } from './bounds.js';
import { amountKeys } from './data-spec.js';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import { Faults } from './faults.js';
import type { RunSpec } from './run-spec.js';
import { modelRules } from './model-spec.js';
import { decayRules, fillOptimizer, kindErrors } from './optimizer-spec.js';
import { RunSpecSchema } from './run-spec.js';
import { defaultsFor, isReplaced, withoutAbsentDefaults } from './spec-defaults.js';
import { stopRules } from './spec-rules.js';
import { amountErrors, batchRules, splitRules, taskRules } from './task-rules.js';
import type { PlainObject } from './plain.js';
import { define, isPlainObject, joinPath, own, plainCopy } from './plain.js';
import { validate } from './validate.js';

/**
 * Decodes a RunSpec from a JSON-like value, filling in defaults: the mainline's, or of a task with
 * infinite data its preset's.
 *
 * One run has one spec: what is written out and means the same as its absence (`optimizer.schedule: constant`) is left
 * out. All errors are listed, each with its path, value and what is allowed; of more than fifty the others are counted.
 * A `base` must have been resolved before: the presets are not known here.
 */
export function decodeRunSpec(input: unknown): E.Either<readonly SpecError[], RunSpec> {
  const size = sizeFault(input);
  if (size !== undefined) return E.left([size]);
  if (!isPlainObject(input)) {
    return E.left([specError('', input, 'an object with at least the key task, or base: <preset>')]);
  }
  const refused = refusedKeys(input);
  const filled = withDefaults(input, refused);
  const faults = new Faults();
  faults.addAll([...refused.values()]);
  faults.addAll(validate(RunSpecSchema, filled));
  // Which fields are right is known only where every fault is.
  if (!faults.isCut) faults.addAll(ruleFaults(filled, faults.listed, [...refused.keys()]));
  if (faults.count > 0) return E.left(faults.list());
  return E.right(plainCopy(withoutAbsentDefaults(filled)) as RunSpec);
}

/** Faults between fields: a rule is worth stating where the fields themselves are right. */
function ruleFaults(
  filled: PlainObject,
  found: readonly SpecError[],
  refused: readonly string[],
): readonly SpecError[] {
  // Read only behind `sound`.
  const spec = filled as unknown as RunSpec;
  const without = (paths: readonly string[], parts: readonly string[]): boolean =>
    !paths.some((path) => parts.some((part) => isWithin(path, part) || isWithin(part, path)));
  const paths = found.map(({ path }) => path);
  const errors: SpecError[] = [];
  const sound = (...parts: string[]): boolean =>
    without([...paths, ...errors.map(({ path }) => path)], parts);
  if (sound('task')) errors.push(...taskRules(spec.task));
  if (sound('task', ...AMOUNT)) errors.push(...splitRules(spec.task, spec.data));
  if (sound('task', ...AMOUNT, 'training.batchSize')) {
    errors.push(...batchRules(spec.task, spec.data, spec.training.batchSize));
  }
  // A key refused beside them does not change which tensors there are.
  const invalid = paths.filter((path) => !refused.includes(path));
  if (without(invalid, ['model', 'optimizer'])) errors.push(...decayRules(spec.optimizer, spec.model));
  if (sound('model.dModel', 'model.nHeads', 'model.dHead')) errors.push(...modelRules(spec.model));
  if (sound('training.stopWhen')) errors.push(...stopRules(spec.training));
  return errors;
}

/** The places that say how much is trained on. */
const AMOUNT = amountKeys.map((key) => `data.${key}`);

/** Whether a path is `place` or leads into it. */
const isWithin = (path: string, place: string): boolean => path === place || path.startsWith(`${place}.`);

/** Errors for keys that cannot stand beside another, by path. */
function refusedKeys(input: PlainObject): Map<string, SpecError> {
  const data = own(input, 'data');
  const amounts = amountErrors((key) => (isPlainObject(data) ? own(data, key) : undefined));
  const errors = [...amounts, ...kindErrors(own(input, 'optimizer'))];
  return new Map(errors.map((error) => [error.path, error]));
}

/** The input's entries over the defaults', without undefined and already refused entries; values are shared. */
function withDefaults(input: PlainObject, refused: ReadonlyMap<string, SpecError>): PlainObject {
  const filled: Record<string, unknown> = {};
  const allDefaults = defaultsFor(input);
  for (const key of new Set([...Object.keys(RunSpecSchema.properties), ...Object.keys(input)])) {
    const given = own(input, key);
    const defaults = own(allDefaults, key);
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
    if (!isReplaced(section, key, given)) define(filled, key, value);
  }
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !refused.has(joinPath(section, key))) define(filled, key, value);
  }
  return filled;
}
