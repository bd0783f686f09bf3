/* The model section of a RunSpec. */

/** The transformer; nHeads · dHead = dModel. */
export type ModelSpec = {
  nLayers: number;
  dModel: number;
  nHeads: number;
  dHead: number;
  /** 0: attention only. */
  dMlp: number;
  /** `gelu` is the exact form, by erf. */
  actFn: 'relu' | 'gelu';
  /** `layerNorm`: before attention, before the MLP and before unembedding, with weights and biases. */
  normalization: 'none' | 'layerNorm';
  /** Factor on the standard deviation of every initial weight. */
  initScale: number;
  seed: number;
};
