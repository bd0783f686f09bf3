/** The perceptron of Chughtai et al. (arXiv:2302.03025) with as many hidden neurons: 128 of theirs. */
export const perceptron = (width: number) => ({
  kind: 'mlp',
  input: 'embedding',
  dEmbed: 256,
  sharedEmbedding: false,
  combine: 'concatenate',
  hidden: [width],
  biases: 'none',
  actFn: 'relu',
  initScale: 1,
  seed: 0,
});
