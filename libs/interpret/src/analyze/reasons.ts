import type { NetworkShape } from '../network.js';
import { activationFunction } from '../network.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';

const ONE_LAYER = ['neurons', 'gini.neuronLogit', 'attentionToTokens', 'logitAttribution'] as const;
const GROUP = [
  'keyFrequencies',
  'restrictedLoss',
  'excludedLoss',
  'logitFit',
  'logitVariance',
  'gini',
  'spectra',
] as const;

const OF_NEURONS = ['neurons', 'gini.neuronLogit'] as const;

/** Why each measure that is absent is so, by its name. */
export function reasonsFor(
  analysis: Omit<Analysis, 'absent'>,
  { nLayers, dMlp, normalization, actFn }: NetworkShape,
  pairs: PairExamples | undefined,
): Readonly<Record<string, string>> {
  const reasons: Record<string, string> = {};
  const say = (names: readonly string[], why: string): void => {
    for (const name of names) if (!isThere(analysis, name)) reasons[name] ??= why;
  };
  if (!pairs) say([...GROUP, ...ONE_LAYER], 'the task is not one on pairs of numbers');
  if (!pairs?.cyclic) say([...GROUP, ...OF_NEURONS], 'the task has no cyclic group');
  if (nLayers > 1) say(ONE_LAYER, `needs a network of one layer; this one has ${nLayers}`);
  if (normalization !== 'none')
    say(ONE_LAYER, `needs a network without normalisation; this one has ${normalization}`);
  if (dMlp === 0) say(OF_NEURONS, 'the network has no MLP');
  if (dMlp > 0 && !activationFunction(actFn))
    say(ONE_LAYER, `the nonlinearity ${actFn} is not known to the exact pass over pairs`);
  say(GROUP, 'no frequency is key by the rule');
  if (analysis.loss.test === undefined) reasons['loss.test'] = 'no example is left to test on';
  return reasons;
}

function isThere(analysis: object, name: string): boolean {
  let value: unknown = analysis;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value !== undefined;
}
