import type { Catalogue } from './catalogue.js';
import { transformer } from './transformer.js';

/**
 * A catalogue for whoever keeps or shows runs: any task, activation, optimizer and loss, whether or not its code is here.
 */
export const anyTaskCatalogue: Catalogue = {
  tasks: 'any',
  model: transformer,
  activations: 'any',
  optimizers: 'any',
  gradientSteps: [],
  losses: 'any',
};
