import { measured } from '@grokscope/schema';
import type { HessianOptions, HessianTop } from '../curvature/hessian.js';
import { largestHessianEigenvalue } from '../curvature/hessian.js';
import { withLandscape } from '../curvature/landscape.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { count, exact } from './text.js';

/** What holds where an analysis is asked for nothing else. */
export const hessianDefaults = {
  iterations: 40,
  tolerance: 1e-3,
  seed: 0,
} as const satisfies HessianOptions;

const value = measured.object(
  {
    top: measured.number(),
    iterations: measured.count(),
    change: measured.number(),
    precision: measured.oneOf('float32', 'float64'),
  },
  'top, iterations, change and precision',
);

/**
 * The largest eigenvalue of the Hessian of the training loss at these weights, by Lanczos on central differences of
 * gradients over all training examples: how sharp the valley is across its steepest wall. `change`: the share by which the
 * last of the iterations changed it. In float32 one below about 1e-4 is rounding.
 *
 * Source: Golub and Van Loan, Matrix Computations, 10.1.
 */
export const hessian = {
  name: 'hessian',
  title: 'Largest Hessian eigenvalue',
  formula: 'max λ(∇²L) of the training loss',
  source: 'Golub and Van Loan, Matrix Computations, 10.1',
  unit: 'nats per squared weight',
  range: [null, null],
  needs: ['gradients'],
  value,
  savedOnly: true,
  byName: 'everywhere',
  of: async ({ saved }) => {
    if (!saved?.demand) return undefined;
    const { engine, network, options, onStep } = saved.demand;
    return withLandscape(await engine(), network, (landscape) =>
      largestHessianEigenvalue(landscape, { ...hessianDefaults, ...options?.hessian }, (done, all) =>
        onStep?.('hessian', done, all),
      ),
    );
  },
  told: {
    section: sections.curvature,
    at: 1,
    rows: ({ hessian: found }) =>
      found
        ? [
            { cells: ['largest eigenvalue of the Hessian', exact(found.top)] },
            { cells: ['  products with it', count(found.iterations)] },
          ]
        : [],
  },
} as const satisfies Measure<HessianTop>;
