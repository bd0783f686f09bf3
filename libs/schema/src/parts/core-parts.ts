import type { Catalogue } from './catalogue.js';

/**
 * A catalogue for code that stores or shows runs: it admits any task, model, optimizer and loss, whether or not its
 * code is present.
 */
export const anyTaskCatalogue: Catalogue = {
  tasks: 'any',
  models: 'any',
  activations: 'any',
  optimizers: 'any',
  gradientSteps: [],
  losses: 'any',
};
