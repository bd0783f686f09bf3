import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { Catalogue, ModelPart, OptimizerPart } from '../parts/catalogue.js';
import { kindsOf, kindSchema, partOf } from '../parts/catalogue.js';
import type { SpecError } from '../decoding/errors.js';
import { specError } from '../decoding/errors.js';
import { Faults } from '../decoding/faults.js';
import { closed, integer, numberAbove, numberFrom, oneOf } from '../decoding/fields.js';
import type { ModelSpec } from './model-spec.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import type { PlainObject } from '../decoding/plain.js';
import { define, isPlainObject, own } from '../decoding/plain.js';
import { didYouMean } from '../decoding/validate.js';

/* The optimizer section of a RunSpec: its schema, the defaults that depend on its kind, its rules between fields. */

/** More names than any model here has tensors. */
const MAX_NAMES = 1000;

/** A number of at least 0 and below 1. */
export const belowOne = Type.Number({
  minimum: 0,
  exclusiveMaximum: 1,
  allowed: 'a number of at least 0 and below 1',
});

/** The settings of AdamW, which all kinds share. */
export const adamParameters = {
  lr: numberAbove(0),
  betas: Type.Tuple([belowOne, belowOne], { allowed: 'two numbers of at least 0 and below 1' }),
  eps: numberAbove(0),
  weightDecay: numberFrom(0),
};

/** Keys that optimizers of every kind have. */
const commonParameters = {
  ...adamParameters,
  warmupSteps: integer(0),
};

const decayTensors = Type.Union(
  [Type.Literal('all'), Type.Literal('weights'), Type.Array(Type.String(), { maxItems: MAX_NAMES })],
  {
    allowed: `all, weights, or a list of at most ${MAX_NAMES} names of tensors`,
    maxItems: MAX_NAMES,
  },
);

const frozen = Type.Array(Type.String(), {
  allowed: `a list of at most ${MAX_NAMES} names of tensors`,
  maxItems: MAX_NAMES,
});

const lrScale = Type.Record(Type.String(), numberAbove(0), {
  allowed: 'names of tensors, each with a factor above 0, such as {"embed.W_E": 0.1}',
});

/** The keys that name tensors, for optimizers of every kind. */
const tensorKeys = {
  decayTensors: Type.Optional(decayTensors),
  frozen: Type.Optional(frozen),
  lrScale: Type.Optional(lrScale),
};

/** The schema of the section `optimizer`. */
export function optimizerSectionSchema({ optimizers, gradientSteps }: Catalogue): TSchema {
  const kind = kindSchema(optimizers);
  const schedule = Type.Optional(oneOf('constant', 'cosine'));
  if (optimizers === 'any') return Type.Object({ kind, ...commonParameters, schedule, ...tensorKeys });
  return closed({
    kind,
    ...commonParameters,
    ...ownParameters(optimizers),
    schedule,
    ...byName({ ...tensorKeys, ...ownParameters(gradientSteps) }),
  });
}

/** The keys that only some parts have, each optional, in the order of the parts. */
const ownParameters = (parts: readonly OptimizerPart[]): Record<string, TSchema> =>
  Object.fromEntries(
    parts
      .flatMap(({ parameters = {} }) => Object.entries(parameters))
      .map(([key, schema]) => [key, Type.Optional(schema)]),
  );

const byName = (schemas: Record<string, TSchema>): Record<string, TSchema> =>
  Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Defaults of keys that only some kinds have, and of the keys inside those of gradient steps. */
export function fillOptimizer(section: PlainObject, { optimizers, gradientSteps }: Catalogue): PlainObject {
  const filled: Record<string, unknown> = { ...section };
  const fill = (key: string, value: unknown): void => {
    const given = own(section, key);
    if (given === undefined) define(filled, key, value);
    else if (isPlainObject(given) && isPlainObject(value)) define(filled, key, { ...value, ...given });
  };
  const part = optimizers === 'any' ? undefined : partOf(optimizers, own(section, 'kind'));
  for (const { defaults } of [...(part ? [part] : []), ...gradientSteps])
    for (const [key, value] of Object.entries(defaults?.(section) ?? {})) fill(key, value);
  return filled;
}

/** Whether a key belongs to optimizers of this kind: a key that no kind declares as its own belongs to all. */
export function isOptimizerKey(kind: unknown, key: string, { optimizers }: Catalogue): boolean {
  const kinds = kindsWith(key, optimizers);
  return kinds.length === 0 || kinds.includes(kind as string);
}

const kindsWith = (key: string, optimizers: Catalogue['optimizers']): readonly string[] =>
  optimizers === 'any'
    ? []
    : kindsOf(optimizers.filter(({ parameters = {} }) => Object.hasOwn(parameters, key)));

/** Errors for keys that this kind of optimizer does not have; an input without a kind is an AdamW. */
export function kindErrors(optimizer: unknown, catalogue: Catalogue): SpecError[] {
  if (!isPlainObject(optimizer)) return [];
  const { optimizers } = catalogue;
  const kind = own(optimizer, 'kind') ?? 'adamW';
  // For an unknown kind the kind itself is the error.
  if (optimizers === 'any' || partOf(optimizers, kind) === undefined) return [];
  return Object.keys(ownParameters(optimizers))
    .filter((key) => own(optimizer, key) !== undefined && !isOptimizerKey(kind, key, catalogue))
    .map((key) => {
      const kinds = kindsWith(key, optimizers).join(' or ');
      const allowed = `a spec without it, or optimizer.kind ${kinds}`;
      const message = `is not a key of ${String(kind)}`;
      return specError(`optimizer.${key}`, own(optimizer, key), allowed, message);
    });
}

/** The names in `decayTensors`, `frozen` and `lrScale` must be tensors of the model; one of them at least must learn. */
export function tensorRules(
  { decayTensors, frozen = [], lrScale = {} }: OptimizerSpec,
  model: ModelSpec,
  part: ModelPart,
  operands?: number,
): SpecError[] {
  const names = part.tensorNames(model, operands);
  const known = new Set(names);
  const faults = new Faults();
  const check = (key: string, wanted: readonly string[]): void => {
    for (const name of wanted) {
      if (known.has(name)) continue;
      faults.add(() => {
        const message = `names no tensor of this model${didYouMean(name, names)}`;
        return specError(`optimizer.${key}`, name, namesInFew(names), message);
      });
    }
  };
  check('decayTensors', Array.isArray(decayTensors) ? decayTensors : []);
  check('frozen', frozen);
  check('lrScale', Object.keys(lrScale));
  const still = new Set(frozen);
  if (names.every((name) => still.has(name))) {
    const allowed = `at most ${names.length - 1} of ${namesInFew(names)}`;
    faults.add(() => specError('optimizer.frozen', frozen, allowed, 'leaves no tensor that learns'));
  }
  for (const name of Object.keys(lrScale)) {
    if (!still.has(name)) continue;
    const allowed = 'a tensor that is not in optimizer.frozen';
    faults.add(() => specError('optimizer.lrScale', name, allowed, 'is frozen and has no learning rate'));
  }
  return faults.list();
}

/** The layer number in the name of a tensor that every layer has. */
const LAYER = /^blocks\.(\d+)\./;

/** The names of a model's tensors as a reader needs them: those of one block for all. */
function namesInFew(names: readonly string[]): string {
  const layers = new Set(names.flatMap((name) => LAYER.exec(name)?.[1] ?? []));
  if (layers.size < 2) return names.join(', ');
  const inFew = new Set(names.map((name) => name.replace(LAYER, 'blocks.N.')));
  return `${[...inFew].join(', ')}, N from 0 to ${layers.size - 1}`;
}
