import { clipNorm } from './gradient-steps/clip-norm.js';
import { grokfastEma } from './gradient-steps/grokfast-ema.js';
import { orthogonalGradient } from './gradient-steps/orthogonal-gradient.js';
import type { GradientStep } from './part.js';

/** The gradient steps that are built in, in the order in which they are done: filter, projection, clipping. */
export const builtInGradientSteps: readonly GradientStep[] = [grokfastEma, orthogonalGradient, clipNorm];
