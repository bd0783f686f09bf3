import { countInWords } from '@grokscope/figures';
import { strongFrequencies } from '@grokscope/interpret';
import type { SpectraLook } from '../look/looks.js';
import { areTelling } from '../look/significance.js';

/** The frequencies that story and spectra mention, and what may be claimed of them. */
export interface Waves {
  readonly frequencies: readonly number[];
  /**
   * `answer`: the answer is built from them (they are key, and the network has generalised); `key`: they are key by the
   * published rule where neurons write answers, which live measures and phases use as well; `embedding`: they stand out
   * visually where numbers are read, and no further yet.
   */
  readonly as: 'answer' | 'key' | 'embedding';
}

export const noWaves: Waves = { frequencies: [], as: 'embedding' };

/** Key frequencies of the neuron–logit map; none while the rule marks nearly all. */
export const keysOf = (look: SpectraLook | null): readonly number[] => {
  if (!look?.neuronLogit) return [];
  const keys = strongFrequencies(look.neuronLogit.component);
  return areTelling(keys, look.n) ? keys : [];
};

/** The waves to mention: the key ones if there are any, before that those that stand out in the embedding. */
export const wavesOf = (
  keys: readonly number[],
  standingOut: readonly number[],
  hasGeneralized: boolean,
): Waves =>
  keys.length > 0
    ? { frequencies: keys, as: hasGeneralized ? 'answer' : 'key' }
    : { frequencies: standingOut, as: 'embedding' };

/** A phrase on what waves do: `Five frequencies carry the answer`, `One wave stands out in the embedding`. */
export const wavesWords = ({ frequencies, as }: Waves, one: string, several: string): string => {
  const { length } = frequencies;
  const word = countInWords(length);
  const many = length > 1;
  const stand = `stand${many ? '' : 's'} out`;
  const does = {
    answer: `carr${many ? 'y' : 'ies'} the answer`,
    key: stand,
    embedding: `${stand} in the embedding`,
  };
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${many ? several : one} ${does[as]}`;
};
