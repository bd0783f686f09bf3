import Type from 'typebox';
import type { TSchema } from 'typebox';
import type { PlainObject } from '../decoding/plain.js';
import { isPlainObject } from '../decoding/plain.js';
import { closed, integer, oneOf, text } from '../decoding/fields.js';
import type { Catalogue, ModelPart } from '../parts/catalogue.js';
import { absentOf, defaultsOf, kindSchema, partOf, plainSchemas } from '../parts/catalogue.js';
import { DEFAULT_MODEL, modelKind } from './model-spec.js';

/* The model section of a RunSpec: its schema, and the defaults that depend on its kind. */

const variant = (part: ModelPart, actFn: TSchema): TSchema => {
  const kind = oneOf(part.kind);
  return closed({
    kind: part.kind === DEFAULT_MODEL ? Type.Optional(kind) : kind,
    ...plainSchemas(part.parameters(actFn)),
  });
};

const anyModel = Type.Object({ kind: Type.Optional(text(200)), seed: integer(0) });

/** The schema of the section `model`. */
export function modelSectionSchema({ models, activations }: Catalogue): TSchema {
  if (models === 'any') return anyModel;
  const actFn = kindSchema(activations);
  const variants = models.map((part) => variant(part, actFn));
  return variants.length === 1 ? variants[0]! : Type.Union(variants);
}

/** The architecture of a model section; undefined if it is not known. */
export const modelPartOf = (
  { models }: Pick<Catalogue, 'models'>,
  model: { readonly kind?: unknown },
): ModelPart | undefined => (models === 'any' ? undefined : partOf(models, modelKind(model)));

/** The keys of an architecture, with the available activations. */
const parametersOf = (part: ModelPart, { activations }: Catalogue) =>
  part.parameters(kindSchema(activations));

/** The defaults of a model section, if its kind has its own; undefined if the mainline's apply. */
export function modelDefaults(section: unknown, catalogue: Catalogue): PlainObject | undefined {
  if (!isPlainObject(section) || modelKind(section) === DEFAULT_MODEL) return undefined;
  const part = modelPartOf(catalogue, section);
  // For an unknown kind the kind itself is the error; stored specs are complete.
  return part === undefined ? {} : defaultsOf(parametersOf(part, catalogue));
}

/** Whether a key belongs to the architecture of this kind; to an unknown kind every key does. */
export function isModelKey(kind: unknown, key: string, catalogue: Catalogue): boolean {
  const part = modelPartOf(catalogue, { kind });
  return part === undefined || key === 'kind' || Object.hasOwn(parametersOf(part, catalogue), key);
}

/** The meanings of absent keys in a model section of this kind, `kind` itself included. */
export function absentInModel(kind: unknown, catalogue: Catalogue): PlainObject {
  const part = modelPartOf(catalogue, { kind });
  const absent = part === undefined ? {} : absentOf(parametersOf(part, catalogue));
  return modelKind({ kind }) === DEFAULT_MODEL ? { kind: DEFAULT_MODEL, ...absent } : absent;
}
