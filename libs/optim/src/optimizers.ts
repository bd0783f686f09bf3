import { adam } from './optimizers/adam.js';
import { adamW } from './optimizers/adam-w.js';
import { muon } from './optimizers/muon.js';
import { sgd } from './optimizers/sgd.js';
import type { Optimizer } from './part.js';

/** The built-in optimizers, in the order in which errors and lists name them. */
export const builtInOptimizers: readonly Optimizer[] = [adamW, adam, sgd, muon];
