import { mlp } from './models/mlp.js';
import { transformer } from './models/transformer.js';

/** The built-in architectures, in the order in which errors and lists name them. */
export const builtInModels = [transformer, mlp] as const;
