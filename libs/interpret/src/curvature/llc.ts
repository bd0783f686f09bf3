import { createRandom } from '@grokscope/base';
import type { Landscape } from './landscape.js';

/** How the local learning coefficient is estimated. */
export interface LlcOptions {
  readonly chains: number;
  /** Steps of each chain that count, after `burnIn` that do not. */
  readonly steps: number;
  readonly burnIn: number;
  /** ε of the Langevin steps. */
  readonly lr: number;
  /** γ: how strongly chains are held near the weights they start from. */
  readonly localization: number;
  readonly seed: number;
}

/** An estimate of the local learning coefficient, with what it was made with. */
export interface Llc {
  /** Of the chains' estimates the mean, and their standard deviation (of a sample; 0 of one chain). */
  readonly mean: number;
  readonly sd: number;
  /** The estimate of each chain. */
  readonly chains: readonly number[];
  readonly steps: number;
  readonly burnIn: number;
  readonly lr: number;
  readonly localization: number;
  readonly seed: number;
  /** n·β = n ÷ log n. */
  readonly nBeta: number;
}

/** The chains left where the loss means something: their steps were too long. */
export class ChainDiverged extends Error {
  override readonly name = 'ChainDiverged';
  constructor(
    readonly lr: number,
    readonly step: number,
  ) {
    super(
      `a chain left the network at its step ${step}: its loss is no number; a smaller step than ${lr} is needed`,
    );
  }
}

/**
 * The local learning coefficient by Langevin dynamics held near the weights: nβ(mean of L along the chains − L at the
 * weights), β = 1/log n. Each step is w ← w − ε/2·(nβ∇L(w) + γ(w − w*)) + √ε·N(0, 1), on all training examples. Of a regular
 * minimum it is half the number of weights, of a singular one less. The same seed gives the same chains on the same engine.
 *
 * Source: Lau et al., arXiv:2308.12108, section 4; `timaeus-research/devinterp` (`slt/llc.py`, `optim/sgld.py`).
 * Deviation: the gradient is that of all training examples, not of a batch.
 *
 * @param onStep told how many of all steps are done. Rejects with `ChainDiverged`.
 */
export async function localLearningCoefficient(
  { at, nExamples, look }: Landscape,
  { chains, steps, burnIn, lr, localization, seed }: LlcOptions,
  onStep: (done: number, all: number) => void = () => undefined,
): Promise<Llc> {
  const nBeta = nExamples / Math.log(nExamples);
  const { loss: start } = await look(at);
  const estimates: number[] = [];
  const each = burnIn + steps;
  for (let chain = 0; chain < chains; chain++) {
    const random = createRandom(seed).split(`chain ${chain}`);
    const w = at.slice();
    let sum = 0;
    for (let step = 0; step < each; step++) {
      const { loss, gradient } = await look(w);
      if (!Number.isFinite(loss)) throw new ChainDiverged(lr, step);
      if (step >= burnIn) sum += loss;
      for (let i = 0; i < w.length; i++)
        w[i] +=
          -(lr / 2) * (nBeta * gradient[i] + localization * (w[i] - at[i])) +
          Math.sqrt(lr) * random.nextNormal();
      onStep(chain * each + step + 1, chains * each);
    }
    estimates.push(nBeta * (sum / steps - start));
  }
  const mean = estimates.reduce((total, x) => total + x, 0) / chains;
  const squares = estimates.reduce((total, x) => total + (x - mean) ** 2, 0);
  const sd = chains > 1 ? Math.sqrt(squares / (chains - 1)) : 0;
  return { mean, sd, chains: estimates, steps, burnIn, lr, localization, seed, nBeta };
}
