import { countInWords } from '@grokscope/figures';
import { strongFrequencies } from '@grokscope/interpret';
import type { SpectraLook } from './look/looks.js';
import { areTelling } from './look/significance.js';

/** The frequencies that story and spectra speak of. */
export interface Waves {
  readonly frequencies: readonly number[];
  /** Whether the answer is written in them: the network has generalised, and they are key where answers are made. */
  readonly carry: boolean;
}

export const noWaves: Waves = { frequencies: [], carry: false };

/** Key frequencies of the neuron–logit map; none while the rule marks nearly all. */
export const keysOf = (look: SpectraLook | null): readonly number[] => {
  if (!look?.neuronLogit) return [];
  const keys = strongFrequencies(look.neuronLogit.component);
  return areTelling(keys, look.n) ? keys : [];
};

/** The waves to speak of: the key ones once the network answers by them, before that those that stand out to the eye. */
export const wavesOf = (
  keys: readonly number[],
  standingOut: readonly number[],
  hasGeneralized: boolean,
): Waves =>
  hasGeneralized && keys.length > 0
    ? { frequencies: keys, carry: true }
    : { frequencies: standingOut, carry: false };

/** What waves do, with the word for them: `Five frequencies carry the answer`, `One wave stands out`. */
export const wavesWords = ({ frequencies, carry }: Waves, one: string, several: string): string => {
  const { length } = frequencies;
  const word = countInWords(length);
  const many = length > 1;
  const does = carry ? `carr${many ? 'y' : 'ies'} the answer` : `stand${many ? '' : 's'} out`;
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${many ? several : one} ${does}`;
};
