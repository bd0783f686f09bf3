import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { Catalogue, GradientFilterPart, ModelPart, OptimizerPart } from './catalogue.js';
import { defaultsOf, kindsOf, partOf } from './catalogue.js';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import { Faults } from './faults.js';
import { closed, integer, numberAbove, numberFrom, oneOf } from './fields.js';
import type { ModelSpec } from './model-spec.js';
import type { OptimizerSpec } from './optimizer-spec.js';
import type { PlainObject } from './plain.js';
import { define, isPlainObject, own } from './plain.js';
import { didYouMean } from './validate.js';

/* The optimizer section of a RunSpec: its schema, the defaults that depend on its kind, its rules between fields. */

/** More names than any model here has tensors. */
const MAX_NAMES = 1000;

/** A number of at least 0 and below 1. */
export const belowOne = Type.Number({
  minimum: 0,
  exclusiveMaximum: 1,
  allowed: 'a number of at least 0 and below 1',
});

/** The keys in which AdamW is set, by which all kinds are. */
export const adamParameters = {
  lr: numberAbove(0),
  betas: Type.Tuple([belowOne, belowOne], { allowed: 'two numbers of at least 0 and below 1' }),
  eps: numberAbove(0),
  weightDecay: numberFrom(0),
};

/** The schema of the section `optimizer`. */
export const optimizerSectionSchema = ({ optimizers, gradientFilters }: Catalogue): TSchema =>
  closed({
    kind: oneOf(...kindsOf(optimizers)),
    ...adamParameters,
    warmupSteps: integer(0),
    ...ownParameters(optimizers),
    schedule: Type.Optional(oneOf('constant', 'cosine')),
    clipNorm: Type.Optional(numberAbove(0)),
    decayTensors: Type.Optional(
      Type.Union(
        [Type.Literal('all'), Type.Literal('weights'), Type.Array(Type.String(), { maxItems: MAX_NAMES })],
        {
          allowed: `all, weights, or a list of at most ${MAX_NAMES} names of tensors`,
          maxItems: MAX_NAMES,
        },
      ),
    ),
    gradientFilter: Type.Optional(filterSchema(gradientFilters)),
    orthogonalGradient: Type.Optional(Type.Boolean({ allowed: 'true or false' })),
  });

/** The keys that only some kinds have, each optional, in the order in which the kinds bring them. */
const ownParameters = (optimizers: readonly OptimizerPart[]): Record<string, TSchema> =>
  Object.fromEntries(
    optimizers
      .flatMap(({ parameters = {} }) => Object.entries(parameters))
      .map(([key, schema]) => [key, Type.Optional(schema)]),
  );

function filterSchema(filters: readonly GradientFilterPart[]): TSchema {
  const schemas = filters.map(({ kind, parameters }) => closed({ kind: oneOf(kind), ...parameters }));
  return schemas.length === 1 ? schemas[0]! : Type.Union(schemas);
}

/** Defaults of keys that only some kinds have, and of what is inside `gradientFilter`. */
export function fillOptimizer(section: PlainObject, catalogue: Catalogue): PlainObject {
  const filled: Record<string, unknown> = { ...section };
  const fill = (key: string, value: unknown): void => {
    const given = own(section, key);
    if (given === undefined) define(filled, key, value);
    else if (isPlainObject(given) && isPlainObject(value)) define(filled, key, { ...value, ...given });
  };
  const part = partOf(catalogue.optimizers, own(section, 'kind'));
  for (const [key, value] of Object.entries(part?.defaults?.(section) ?? {})) fill(key, value);
  const filter = own(section, 'gradientFilter');
  if (filter !== undefined) fill('gradientFilter', filterDefaults(filter, catalogue.gradientFilters));
  return filled;
}

/** The values of a filter where the spec is silent: of its kind, or of the first, which is the default. */
function filterDefaults(given: unknown, filters: readonly GradientFilterPart[]): PlainObject {
  const kind = isPlainObject(given) ? own(given, 'kind') : undefined;
  const { kind: chosen, parameters } = partOf(filters, kind) ?? filters[0]!;
  return { kind: chosen, ...defaultsOf(parameters) };
}

/** Whether a key belongs to optimizers of this kind: one that no kind has for itself belongs to all. */
export function isOptimizerKey(kind: unknown, key: string, { optimizers }: Catalogue): boolean {
  const kinds = kindsWith(key, optimizers);
  return kinds.length === 0 || kinds.includes(kind as string);
}

const kindsWith = (key: string, optimizers: readonly OptimizerPart[]): readonly string[] =>
  kindsOf(optimizers.filter(({ parameters = {} }) => Object.hasOwn(parameters, key)));

/** Errors for keys that this kind of optimizer does not have; an input that says no kind is an AdamW. */
export function kindErrors(optimizer: unknown, catalogue: Catalogue): SpecError[] {
  if (!isPlainObject(optimizer)) return [];
  const { optimizers } = catalogue;
  const kind = own(optimizer, 'kind') ?? 'adamW';
  // Of a kind that is not known the kind itself is the error.
  if (partOf(optimizers, kind) === undefined) return [];
  return Object.keys(ownParameters(optimizers))
    .filter((key) => own(optimizer, key) !== undefined && !isOptimizerKey(kind, key, catalogue))
    .map((key) => {
      const kinds = kindsWith(key, optimizers).join(' or ');
      const allowed = `a spec without it, or optimizer.kind ${kinds}`;
      const message = `is no key of ${String(kind)}`;
      return specError(`optimizer.${key}`, own(optimizer, key), allowed, message);
    });
}

/** The names in `decayTensors` must be tensors of the model. */
export function decayRules({ decayTensors }: OptimizerSpec, model: ModelSpec, part: ModelPart): SpecError[] {
  if (!Array.isArray(decayTensors)) return [];
  const names = part.tensorNames(model);
  const known = new Set(names);
  const allowed = namesInFew(model, part);
  const faults = new Faults();
  for (const name of decayTensors) {
    if (known.has(name)) continue;
    faults.add(() => {
      const message = `names no tensor of this model${didYouMean(name, names)}`;
      return specError('optimizer.decayTensors', name, allowed, message);
    });
  }
  return faults.list();
}

/** The names of a model's tensors as a reader needs them: those of one block for all. */
function namesInFew(model: ModelSpec, part: ModelPart): string {
  const { nLayers } = model;
  if (nLayers === 1) return part.tensorNames(model).join(', ');
  const names = part
    .tensorNames({ ...model, nLayers: 1 })
    .map((name) => name.replace(/^blocks\.0\./, 'blocks.N.'));
  return `${names.join(', ')}, N from 0 to ${nLayers - 1}`;
}
