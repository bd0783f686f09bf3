import type { MeasureValue } from '@grokscope/schema';
import { ablations } from './ablations.js';
import { accuracyByAnswer } from './accuracy-by-answer.js';
import { accuracy } from './accuracy.js';
import { attentionEntropy } from './attention-entropy.js';
import { attentionToTokens } from './attention-to-tokens.js';
import { characters } from './characters.js';
import { cosineCoefficients } from './cosine-coefficients.js';
import { deadNeurons } from './dead-neurons.js';
import { distanceIrrelevance } from './distance-irrelevance.js';
import { effectiveRank } from './effective-rank.js';
import { excludedLoss } from './excluded-loss.js';
import { frequencyHistory } from './frequency-history.js';
import { gini } from './gini.js';
import { gradientNorm } from './gradient-norm.js';
import { gradientSymmetricity } from './gradient-symmetricity.js';
import { group } from './group.js';
import { headScores } from './head-scores.js';
import { hessian } from './hessian.js';
import { hiddenValues } from './hidden-values.js';
import { inContextScore } from './in-context-score.js';
import { keyFrequencies } from './key-frequencies.js';
import { keyFrequencyRule } from './key-frequency-rule.js';
import { llc } from './llc.js';
import { logitAttribution } from './logit-attribution.js';
import { logitFit } from './logit-fit.js';
import { logitVariance } from './logit-variance.js';
import { logitsExplained } from './logits-explained.js';
import { lossByPosition } from './loss-by-position.js';
import { lossByToken } from './loss-by-token.js';
import { loss } from './loss.js';
import { neurons } from './neurons.js';
import { participationRatio } from './participation-ratio.js';
import { principalComponents } from './principal-components.js';
import { restrictedLoss } from './restricted-loss.js';
import { rightSince } from './right-since.js';
import { singularValues } from './singular-values.js';
import { softmaxCollapse } from './softmax-collapse.js';
import { spectra } from './spectra.js';
import { sumSquaredWeights } from './sum-squared-weights.js';
import type { Measure } from './measure.js';

const list = [
  loss,
  accuracy,
  gini,
  keyFrequencies,
  keyFrequencyRule,
  restrictedLoss,
  excludedLoss,
  logitFit,
  sumSquaredWeights,
  neurons,
  lossByPosition,
  inContextScore,
  effectiveRank,
  participationRatio,
  softmaxCollapse,
  distanceIrrelevance,
  frequencyHistory,
  gradientNorm,
  attentionEntropy,
  deadNeurons,
  accuracyByAnswer,
  rightSince,
] as const;

/** The built-in measures of a run, in the order in which events hold them. Nothing else names them one by one. */
export const builtInMeasures: readonly Measure[] = list;

/** Those of saved weights only: measures that take long, or serve figures. */
const savedOnly: readonly Measure[] = [
  lossByToken,
  group,
  cosineCoefficients,
  logitVariance,
  attentionToTokens,
  spectra,
  singularValues,
  ablations,
  logitAttribution,
  headScores,
  principalComponents,
  hiddenValues,
  characters,
  logitsExplained,
  gradientSymmetricity,
  llc,
  hessian,
];

/** Every built-in measure, in the order in which analyses hold them. */
export const analysisMeasures: readonly Measure[] = [...builtInMeasures, ...savedOnly];

/** The values of those of a run as events hold them, by name. */
type BuiltInValues = { readonly [M in Structured as M['name']]: MeasureValue<M['value']> };

/** One that is a number stands in `measures`. */
type Structured = Extract<(typeof list)[number], { readonly value: object }>;

declare module '@grokscope/schema' {
  interface MeasureValues extends BuiltInValues {}
}
