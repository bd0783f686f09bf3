import { measured } from '@grokscope/schema';
import type { ByFrequency } from '../analyze/analysis.js';
import { byFrequency } from '../analyze/key-measures.js';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { exact, percent } from './text.js';

const value = measured.object(
  { coefficients: measured.byKey(), explained: measured.number(), loss: measured.number() },
  'coefficients, explained and loss',
);

/**
 * The logits written as Σ_k α_k cos w_k(a+b−c) over the key frequencies, by least squares: α_k (in the unit of logits),
 * the share of the logits' variance that this explains (a pure number, at most 1), and the loss of the fitted logits
 * alone (nats, from 0).
 *
 * Source: progress-measures-paper, notebooks; arXiv:2301.05217, section 4.
 */
export const logitFit = {
  name: 'logitFit',
  title: 'The logits as a sum of cosines',
  formula: 'Σ_k α_k cos w_k(a+b−c), k key: α_k, the share of variance explained, the loss of the sum alone',
  source: 'arXiv:2301.05217, section 4',
  unit: 'nats (loss), 1 (explained), logits (coefficients)',
  range: [null, null],
  needs: ['logits'],
  value,
  byKeys: true,
  columns: [
    {
      path: 'coefficients.*',
      note: 'Coefficient of the cosine of frequency {} in the fit of the logits.',
    },
    { path: 'explained', note: 'Share of the variance of the logits that the fit explains.' },
    { path: 'loss', note: 'Loss over the answers of the fitted logits.' },
  ],
  curves: [
    {
      of: 'loss',
      name: 'fit',
      label: 'cosines alone',
      panel: 'loss',
      ink: 'muted',
      dash: [9, 3, 2, 3],
      width: 1.25,
      nameAt: 0.62,
      told: {
        name: 'Cosines alone',
        is: 'the loss of logits that are the fitted sum of cos w(a+b−c)',
      },
    },
  ],
  whyNot: whyNoGroup,
  absentAt: 4,
  of: ({ keyed }) =>
    keyed && {
      coefficients: byFrequency(keyed.keys, (k) => keyed.fit.coefficients.get(k)!),
      explained: keyed.fit.explained,
      loss: keyed.fit.loss,
    },
  told: {
    section: sections.formula,
    about: ({ logitFit: fit }) =>
      fit && [
        'The logits written as a sum of cosines that peak at the right answer: this explains ',
        percent(fit.explained),
        ' of them,\n  and alone has a loss of ',
        exact(fit.loss),
        '.',
      ],
    rows: ({ logitFit: fit, group }) =>
      Object.entries(group && fit ? fit.coefficients : {}).map(([k, coefficient]) => ({
        key: k,
        cells: [[exact(coefficient), ` · cos(w${k}(${group!.phase}))`]],
      })),
  },
} as const satisfies Measure<{
  readonly coefficients: ByFrequency;
  readonly explained: number;
  readonly loss: number;
}>;
