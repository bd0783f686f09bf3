/* What is learned. The kinds and their parameters are the catalogue's. */

/** What is learned, named by `kind`; which parameters there are is for its part to say. */
export type TaskSpec = { readonly kind: string; readonly [parameter: string]: unknown };
