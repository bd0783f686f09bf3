import type { MeasureValue } from '@grokscope/schema';
import { accuracy } from './accuracy.js';
import { excludedLoss } from './excluded-loss.js';
import { gini } from './gini.js';
import { keyFrequencies } from './key-frequencies.js';
import { keyFrequencyRule } from './key-frequency-rule.js';
import { logitFit } from './logit-fit.js';
import { loss } from './loss.js';
import type { Measure } from './measure.js';
import { neurons } from './neurons.js';
import { restrictedLoss } from './restricted-loss.js';
import { sumSquaredWeights } from './sum-squared-weights.js';

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
] as const;

/** The built-in measures, in the order in which events hold them. Nothing else names them one by one. */
export const builtInMeasures: readonly Measure[] = list;

/** Their values as events hold them, by name. */
type BuiltInValues = { readonly [M in (typeof list)[number] as M['name']]: MeasureValue<M['value']> };

declare module '@grokscope/schema' {
  interface MeasureValues extends BuiltInValues {}
}
