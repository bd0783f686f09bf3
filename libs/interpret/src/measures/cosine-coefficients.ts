import { measured } from '@grokscope/schema';
import type { ByFrequency } from '../analyze/analysis.js';
import { byFrequency } from '../analyze/key-measures.js';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';

/**
 * By key frequency k, the inner product of the logits with cos w_k(a+b−c) at unit norm over all triples: the amplitude
 * of the wave, in logits times the root of the number of triples.
 *
 * Source: arXiv:2301.05217, section 4.
 */
export const cosineCoefficients = {
  name: 'cosineCoefficients',
  title: 'Coefficients of the cosines',
  formula: '⟨logits, cos w_k(a+b−c)⟩ ÷ ‖cos w_k(a+b−c)‖, k key',
  source: 'arXiv:2301.05217, section 4',
  unit: 'logits',
  range: [null, null],
  needs: ['logits'],
  value: measured.byKey(),
  savedOnly: true,
  byKeys: true,
  whyNot: whyNoGroup,
  absentAt: 5,
  of: ({ keyed }) => keyed && byFrequency(keyed.keys, (k) => keyed.fit.cosineCoefficients.get(k)!),
  // The text lists those of the fit.
  told: false,
} as const satisfies Measure<ByFrequency>;
