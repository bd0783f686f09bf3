/* The model section of a RunSpec. The kinds and their keys are the catalogue's. */

/** What learns: an architecture, named by `kind` (absent: the transformer); which other keys there are is for its part to say. */
export type ModelSpec = {
  readonly kind?: string;
  /** Of the initial weights. */
  readonly seed: number;
  readonly [key: string]: unknown;
};

/** The architecture of a spec that names none. */
export const DEFAULT_MODEL = 'transformer';

/** The word by which a model section names its architecture. */
export const modelKind = (model: { readonly kind?: unknown }): unknown => model.kind ?? DEFAULT_MODEL;
