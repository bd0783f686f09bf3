import { gelu } from './activations/gelu.js';
import { relu } from './activations/relu.js';
import { silu } from './activations/silu.js';
import { square } from './activations/square.js';
import { tanh } from './activations/tanh.js';
import type { Activation } from './part.js';

/** The built-in activation functions, in the order in which errors and lists name them. */
export const builtInActivations: readonly Activation[] = [relu, gelu, silu, square, tanh];
