import { measured } from '@grokscope/schema';
import type { KeyRule } from '../waves/key-frequencies.js';
import { keyRules } from '../waves/key-frequencies.js';
import { whyNoGroup } from './admission.js';
import type { Measure } from './measure.js';

const value = measured.oneOf(...keyRules);

/** The published rule that gave the key frequencies used by all other measures. */
export const keyFrequencyRule = {
  name: 'keyFrequencyRule',
  title: 'Rule of the key frequencies',
  formula: 'neuronLogit, or embedding where the network has no neuron–logit map',
  unit: 'name',
  range: [null, null],
  needs: [],
  value,
  byKeys: true,
  columns: [{ path: '', note: 'The rule whose key frequencies the measures beside it use.' }],
  whyNot: whyNoGroup,
  isUnsaid: true,
  of: ({ keyFrequencies: keys }) => keys?.rule,
  // An arrow at the key frequencies.
  told: false,
} as const satisfies Measure<KeyRule>;
