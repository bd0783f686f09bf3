/* The model section of a RunSpec. The kinds and their keys come from the catalogue. */

/**
 * The model to be trained: an architecture, named by `kind` (absent: the transformer); its other keys are declared by
 * its part.
 */
export type ModelSpec = {
  readonly kind?: string;
  /** Seed of the initial weights. */
  readonly seed: number;
  readonly [key: string]: unknown;
};

/** The architecture of a spec that names none. */
export const DEFAULT_MODEL = 'transformer';

/** The name by which a model section refers to its architecture. */
export const modelKind = (model: { readonly kind?: unknown }): unknown => model.kind ?? DEFAULT_MODEL;
