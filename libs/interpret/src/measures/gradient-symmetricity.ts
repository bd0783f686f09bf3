import type { InputGradients } from '../analyze/input-gradients.js';
import { inputGradients } from '../analyze/input-gradients.js';
import { whyNoPairs } from './admission.js';
import type { Measure } from './measure.js';

/**
 * How alike a network treats its two operands: the cosine between the gradients of the logit of c with respect to the
 * embeddings of a and of b, the mean over triples (a, b, c); all of them, or 8,192 drawn by a fixed seed. A pizza, which
 * reads the sum of the embeddings, has it near 1, a clock, which multiplies them, well below. From −1 to 1.
 *
 * Source: Zhong et al., arXiv:2306.17844, section 3.1. A triple whose logit does not depend on one of them is left out.
 */
export const gradientSymmetricity = {
  name: 'gradientSymmetricity',
  title: 'Gradient symmetricity',
  formula: 'mean over (a, b, c) of cos(∂L_abc/∂E_a, ∂L_abc/∂E_b)',
  source: 'Zhong et al., arXiv:2306.17844, section 3.1',
  unit: '1',
  range: [-1, 1],
  needs: [],
  savedOnly: true,
  byName: 'everywhere',
  whyNot: (subject) => {
    const { model } = subject;
    if (model.mlp?.input === 'oneHot') return 'operands that enter as one-hot vectors have no embeddings';
    if (model.nLayers === 0 && !model.mlp)
      return `the embeddings of a model of the kind ${String(model.kind)} are not known`;
    return whyNoPairs(subject);
  },
  of: async ({ saved, pairs }) =>
    saved?.demand &&
    pairs &&
    meanCosine(await inputGradients(await saved.demand.engine(), saved.demand.network, pairs)),
} as const satisfies Measure<number>;

function meanCosine({ first, second, width }: InputGradients): number {
  let sum = 0;
  let count = 0;
  for (let from = 0; from < first.length; from += width) {
    let [xy, xx, yy] = [0, 0, 0];
    for (let i = from; i < from + width; i++) {
      xy += first[i] * second[i];
      xx += first[i] * first[i];
      yy += second[i] * second[i];
    }
    if (xx === 0 || yy === 0) continue;
    sum += xy / Math.sqrt(xx * yy);
    count += 1;
  }
  return sum / count;
}
