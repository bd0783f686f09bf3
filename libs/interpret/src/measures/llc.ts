import { measured } from '@grokscope/schema';
import { largestHessianEigenvalue } from '../curvature/hessian.js';
import type { Landscape } from '../curvature/landscape.js';
import { withLandscape } from '../curvature/landscape.js';
import type { Llc, LlcOptions } from '../curvature/llc.js';
import { localLearningCoefficient } from '../curvature/llc.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact } from './text.js';

/** What holds where an analysis is asked for nothing else; `lr` is found where it is not given. */
export const llcDefaults = {
  chains: 4,
  steps: 200,
  burnIn: 200,
  localization: 100,
  seed: 0,
} as const satisfies Omit<LlcOptions, 'lr'>;

/** The largest step that is taken unasked. */
const LONGEST = 1e-4;
/** Products with the Hessian that show how long a step may be. */
const LOOK_AROUND = { iterations: 8, tolerance: 0.05, seed: 0 } as const;

const value = measured.object(
  {
    mean: measured.number(),
    sd: measured.number(),
    chains: measured.numbers(),
    ...{ steps: measured.count(), burnIn: measured.count(), lr: measured.number() },
    ...{ localization: measured.number(), seed: measured.number(), nBeta: measured.number() },
  },
  'mean, sd, chains and what they were made with',
);

/**
 * The local learning coefficient of the training loss at these weights, by Langevin chains on all training examples that
 * are held near the weights, with the spread of the chains: how many directions the loss really depends on, halved. A
 * network that memorises has a higher one than one that has found the rule. Steps that are not given a length have the
 * longest that the largest curvature bears, and no more than 1e-4.
 *
 * Source: Lau et al., arXiv:2308.12108; `timaeus-research/devinterp`.
 */
export const llc = {
  name: 'llc',
  title: 'Local learning coefficient',
  formula: 'nβ(mean of L over Langevin chains near w* − L(w*)), β = 1 ÷ log n',
  source: 'Lau et al., arXiv:2308.12108; timaeus-research/devinterp',
  unit: '1',
  range: [null, null],
  needs: ['gradients'],
  value,
  savedOnly: true,
  byName: 'everywhere',
  whyNot: ({ dataset }) =>
    dataset.stream ? 'needs a set of training examples; this task draws ever new ones' : undefined,
  of: async ({ saved }) => {
    if (!saved?.demand) return undefined;
    const { engine, network, options, onStep } = saved.demand;
    return withLandscape(await engine(), network, async (landscape) => {
      const chosen = { ...llcDefaults, ...options?.llc };
      const lr = options?.llc?.lr ?? (await rateFor(landscape, chosen.localization));
      return localLearningCoefficient(landscape, { ...chosen, lr }, (done, all) =>
        onStep?.('llc', done, all),
      );
    });
  },
  told: {
    section: sections.curvature,
    rows: ({ llc: found }) =>
      found
        ? [
            { cells: ['local learning coefficient', exact(found.mean)] },
            { cells: ['  standard deviation of its chains', exact(found.sd)] },
            ...found.chains.map((estimate, chain) => ({ cells: [`  chain ${chain}`, exact(estimate)] })),
            { cells: ['  step length', exact(found.lr)] },
          ]
        : [],
  },
} as const satisfies Measure<Llc>;

/** Steps of half the length at which the stiffest direction would begin to swing. */
async function rateFor(landscape: Landscape, localization: number): Promise<number> {
  const { top } = await largestHessianEigenvalue(landscape, LOOK_AROUND);
  const nBeta = landscape.nExamples / Math.log(landscape.nExamples);
  return Math.min(LONGEST, 1 / (nBeta * Math.max(top, 0) + localization));
}
