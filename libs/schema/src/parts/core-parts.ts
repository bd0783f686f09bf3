import type { Catalogue } from './catalogue.js';

/**
 * A catalogue for whoever keeps or shows runs: any task, model, optimizer and loss, whether or not its code is here.
 */
export const anyTaskCatalogue: Catalogue = {
  tasks: 'any',
  models: 'any',
  activations: 'any',
  optimizers: 'any',
  gradientSteps: [],
  losses: 'any',
};
