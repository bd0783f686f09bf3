import { placeOf } from '@grokscope/schema';
import { whyNoGroup, whyNoNeurons, whyNoPairs, whyNotOneLayer } from '../measures/admission.js';
import { whyNotOfWeights } from '../measures/collect.js';
import type { Measure, Subject } from '../measures/measure.js';
import { activationFunction } from '../network/network.js';
import type { Analysis } from './analysis.js';

const ONE_LAYER = ['neurons', 'gini.neuronLogit', 'attentionToTokens', 'logitAttribution'] as const;
/** What is built on key frequencies. */
const OF_KEYS = [
  'restrictedLoss',
  'excludedLoss',
  'logitFit',
  'cosineCoefficients',
  'logitVariance',
] as const;
const GROUP = ['keyFrequencies', ...OF_KEYS, 'gini', 'spectra'] as const;

const OF_NEURONS = ['neurons', 'gini.neuronLogit'] as const;

/** What says something of another measure only. */
const OF_ANOTHER = ['keyFrequencyRule'];

/** Why each measure that is absent is so, by its name. */
export function reasonsFor(
  analysis: Omit<Analysis, 'absent'>,
  subject: Subject,
  measures: readonly Measure[],
): Readonly<Record<string, string>> {
  const reasons: Record<string, string> = {};
  const say = (names: readonly string[], why: string | undefined): void => {
    if (why === undefined) return;
    for (const name of names) if (!isThere(analysis, name)) reasons[name] ??= why;
  };
  const { dMlp, actFn } = subject.model;
  say([...GROUP, ...ONE_LAYER], whyNoPairs(subject));
  say([...GROUP, ...OF_NEURONS], whyNoGroup(subject));
  say(ONE_LAYER, whyNotOneLayer(subject));
  say(OF_NEURONS, whyNoNeurons(subject));
  if (dMlp > 0 && !activationFunction(actFn))
    say(ONE_LAYER, `the nonlinearity ${actFn} is not known to the exact pass over pairs`);
  if (analysis.restrictedLoss && analysis.loss.train === undefined)
    say(['excludedLoss'], 'no example was trained on');
  say(OF_KEYS, whyNoKeys(analysis));
  say(GROUP, 'no frequency is key by the rule');
  if (analysis.loss.test === undefined) reasons['loss.test'] = 'no example is left to test on';
  for (const measure of measures.filter(({ name }) => !OF_ANOTHER.includes(name)))
    say(
      [placeOf(measure)],
      whyNotOfWeights(measure, subject) ?? (measure.byKeys ? whyNoKeys(analysis) : undefined),
    );
  return reasons;
}

/** Why nothing is built on the key frequencies that the rule gives. */
function whyNoKeys({
  keyFrequencies,
  keyFrequencyRule: rule,
  group,
}: Pick<Analysis, 'keyFrequencies' | 'keyFrequencyRule' | 'group'>): string {
  const marked = (rule && keyFrequencies?.[rule]?.length) ?? 0;
  if (marked === 0) return 'no frequency is key by the rule';
  const count = group ? ` of ${Math.floor(group.order / 2)}` : '';
  return `no frequency stands out yet: the rule ${rule} marks ${marked}${count}, and what is built on so many means nothing`;
}

function isThere(analysis: object, name: string): boolean {
  let value: unknown = analysis;
  for (const key of name.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value !== undefined;
}
