// A custom measure in one file. Its description suffices to store, export and draw it.
/** @type {import('grokscope').Measure<number>} */
export const gradientNorm = {
  name: 'gradientNorm',
  title: 'Norm of the gradient',
  formula: '√Σ (∂loss/∂w)², over all weights w',
  unit: 'nats per weight',
  range: [0, null],
  needs: ['gradients'],
  curves: [{ name: 'gradientNorm', label: 'gradient norm', panel: 'own' }],
  of: ({ gradients }) =>
    gradients && Math.sqrt(gradients.flatMap(({ data }) => [...data]).reduce((sum, g) => sum + g * g, 0)),
};
