import { mlp } from './models/mlp.js';
import { transformer } from './models/transformer.js';

/** The architectures that are built in, in the order in which errors and lists name them. */
export const builtInModels = [transformer, mlp] as const;
