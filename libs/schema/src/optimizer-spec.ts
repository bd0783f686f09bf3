import Type from 'typebox';
import type { Static } from 'typebox';
import { Check } from 'typebox/value';
import type { SpecError } from './errors.js';
import { specError } from './errors.js';
import { Faults } from './faults.js';
import { closed, integer, numberAbove, numberFrom, oneOf } from './fields.js';
import type { ModelSpec } from './model-spec.js';
import { tensorNames } from './model-spec.js';
import type { PlainObject } from './plain.js';
import { define, isPlainObject, own } from './plain.js';
import { didYouMean } from './validate.js';

/* The optimizer section of a RunSpec: its schema, the defaults that depend on its kind, its rules between fields. */

/** More names than any model here has tensors. */
const MAX_NAMES = 1000;

const belowOne = Type.Number({
  minimum: 0,
  exclusiveMaximum: 1,
  allowed: 'a number of at least 0 and below 1',
});

const adamKeys = {
  lr: numberAbove(0),
  betas: Type.Tuple([belowOne, belowOne], { allowed: 'two numbers of at least 0 and below 1' }),
  eps: numberAbove(0),
  weightDecay: numberFrom(0),
};

export const OptimizerSchema = closed({
  /** `adam` has its weight decay in the gradient (L2); `muon` is for the matrices of the blocks, AdamW for the rest. */
  kind: oneOf('adamW', 'adam', 'sgd', 'muon'),
  ...adamKeys,
  /** The learning rate of step s is lr · min(s / warmupSteps, 1), times the schedule's factor. */
  warmupSteps: integer(0),
  /** Of sgd (default 0) and muon (default 0.95). */
  momentum: Type.Optional(belowOne),
  /** With muon: of the tensors that are no matrices of a block. */
  adamW: Type.Optional(closed(adamKeys)),
  /** `cosine`: from the end of the warm-up to 0 at `training.steps`. */
  schedule: Type.Optional(oneOf('constant', 'cosine')),
  /** Longest gradient, as the norm over all tensors together. */
  clipNorm: Type.Optional(numberAbove(0)),
  /** What weight decay applies to: everything, all but biases and layer normalisation, or the tensors named. */
  decayTensors: Type.Optional(
    Type.Union(
      [Type.Literal('all'), Type.Literal('weights'), Type.Array(Type.String(), { maxItems: MAX_NAMES })],
      {
        allowed: `all, weights, or a list of at most ${MAX_NAMES} names of tensors`,
        maxItems: MAX_NAMES,
      },
    ),
  ),
  gradientFilter: Type.Optional(
    closed({ kind: oneOf('grokfastEma'), alpha: belowOne, lambda: numberFrom(0) }),
  ),
  /** Takes from each tensor's gradient the part along the tensor itself. */
  orthogonalGradient: Type.Optional(Type.Boolean({ allowed: 'true or false' })),
});

/** The update rule. */
export type OptimizerSpec = Static<typeof OptimizerSchema>;

/** An optimizer as a user writes it. */
export type OptimizerInput = Partial<Omit<OptimizerSpec, 'adamW' | 'gradientFilter'>> & {
  readonly adamW?: Partial<NonNullable<OptimizerSpec['adamW']>>;
  readonly gradientFilter?: Partial<NonNullable<OptimizerSpec['gradientFilter']>>;
};

/** Source: Lee et al., Grokfast (arXiv:2405.20233), the EMA filter's defaults in its code. */
const FILTER_DEFAULTS = { kind: 'grokfastEma', alpha: 0.98, lambda: 2 };

/** Learning rate of Muon's other tensors where the spec is silent: the mainline's. */
const REST_LR = 0.001;

/** Defaults of keys that only some kinds have, and of what is inside `adamW` and `gradientFilter`. */
export function fillOptimizer(section: PlainObject): PlainObject {
  const filled: Record<string, unknown> = { ...section };
  const fill = (key: string, defaults: PlainObject): void => {
    const given = own(section, key);
    if (given === undefined || isPlainObject(given)) define(filled, key, { ...defaults, ...given });
  };
  const kind = own(section, 'kind');
  const momentum = kind === 'sgd' ? 0 : kind === 'muon' ? 0.95 : undefined;
  if (momentum !== undefined && own(section, 'momentum') === undefined) filled['momentum'] = momentum;
  if (kind === 'muon') fill('adamW', { lr: REST_LR, ...soundKeys(section) });
  if (own(section, 'gradientFilter') !== undefined) fill('gradientFilter', FILTER_DEFAULTS);
  return filled;
}

/** What Muon's other tensors take over from the section, if it is right: else only its own place says that it is not. */
const soundKeys = (section: PlainObject): PlainObject =>
  Object.fromEntries(
    (['betas', 'eps', 'weightDecay'] as const).map((key) => {
      const value = own(section, key);
      return [key, Check(adamKeys[key], value) ? value : STAND_INS[key]];
    }),
  );

const STAND_INS = { betas: [0.9, 0.98], eps: 1e-8, weightDecay: 1 };

/** Keys that only some kinds of optimizer have. */
const KEYS_OF_KINDS: Readonly<Record<string, readonly OptimizerSpec['kind'][]>> = {
  momentum: ['sgd', 'muon'],
  adamW: ['muon'],
};

/** Whether a key belongs to optimizers of this kind. */
export const isOptimizerKey = (kind: unknown, key: string): boolean =>
  !Object.hasOwn(KEYS_OF_KINDS, key) || (KEYS_OF_KINDS[key] as readonly unknown[]).includes(kind);

/** Errors for keys that this kind of optimizer does not have; an input that says no kind is an AdamW. */
export function kindErrors(optimizer: unknown): SpecError[] {
  if (!isPlainObject(optimizer)) return [];
  const kind = own(optimizer, 'kind') ?? 'adamW';
  // Of a kind that is not known the kind itself is the error.
  if (!OptimizerSchema.properties.kind.enum.includes(kind as OptimizerSpec['kind'])) return [];
  return Object.keys(KEYS_OF_KINDS)
    .filter((key) => own(optimizer, key) !== undefined && !isOptimizerKey(kind, key))
    .map((key) => {
      const kinds = KEYS_OF_KINDS[key]!.join(' or ');
      const allowed = `a spec without it, or optimizer.kind ${kinds}`;
      const message = `is no key of ${String(kind)}`;
      return specError(`optimizer.${key}`, own(optimizer, key), allowed, message);
    });
}

/** The names in `decayTensors` must be tensors of the model. */
export function decayRules({ decayTensors }: OptimizerSpec, model: ModelSpec): SpecError[] {
  if (!Array.isArray(decayTensors)) return [];
  const names = tensorNames(model);
  const known = new Set(names);
  const allowed = namesInFew(model);
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
function namesInFew(model: ModelSpec): string {
  const { nLayers } = model;
  if (nLayers === 1) return tensorNames(model).join(', ');
  const names = tensorNames({ ...model, nLayers: 1 }).map((name) =>
    name.replace(/^blocks\.0\./, 'blocks.N.'),
  );
  return `${names.join(', ')}, N from 0 to ${nLayers - 1}`;
}
