import { clipNorm } from './gradient-steps/clip-norm.js';
import { grokfastEma } from './gradient-steps/grokfast-ema.js';
import { orthogonalGradient } from './gradient-steps/orthogonal-gradient.js';
import type { GradientStep } from './part.js';

/** The built-in gradient steps, in the order in which they run: filter, projection, clipping. */
export const builtInGradientSteps: readonly GradientStep[] = [grokfastEma, orthogonalGradient, clipNorm];
