import { normalDensity, normalDistribution } from '@grokscope/base';
import { fillWith, type Kernel } from '../kernel.js';

/** out = x · Φ(x). */
export const gelu: Kernel<'gelu'> = ({ out, operands: [x] }) =>
  fillWith(out, (i) => x[i] * normalDistribution(x[i]));

/** out = dy · (Φ(x) + x·φ(x)). */
export const geluGradient: Kernel<'geluGradient'> = ({ out, operands: [dy, x] }) =>
  fillWith(out, (i) => dy[i] * (normalDistribution(x[i]) + x[i] * normalDensity(x[i])));
