/* The task to be learned. The kinds and their parameters come from the catalogue. */

/** The task to be learned, named by `kind`; its parameters are declared by its part. */
export type TaskSpec = { readonly kind: string; readonly [parameter: string]: unknown };
