import { measured } from '@grokscope/schema';
import type { ByFrequency } from '../analyze/analysis.js';
import { countByFrequency } from '../waves/key-frequencies.js';
import { neuronActivation } from '../network/group-neurons.js';
import { whyNoGroupNeurons } from './admission.js';
import type { Measure } from './measure.js';
import { sections } from './sections.js';
import { count } from './text.js';

const value = measured.object(
  { assigned: measured.count(), byFrequency: measured.byKey() },
  'assigned and byFrequency',
);

/**
 * How many neurons follow one frequency, that is, it explains more than 85 % of their variance over all pairs: in
 * total, and by frequency. From 0 to d_mlp neurons.
 *
 * Source: progress-measures-paper, `helpers.py`; arXiv:2301.05217, section 4.3.
 */
export const neurons = {
  name: 'neurons',
  title: 'Neurons by frequency',
  formula: 'neurons of whose variance over all pairs one frequency explains more than 0.85',
  source: 'arXiv:2301.05217, section 4.3',
  unit: 'neurons',
  range: [0, null],
  needs: ['activations'],
  value,
  columns: [{ path: '*', note: 'Neurons by the frequency that explains most of each.' }],
  // It takes the activations of every neuron on every pair.
  byName: 'runs',
  once: true,
  curves: [
    { of: 'assigned', name: 'neurons', label: 'all', panel: 'own' },
    { of: 'byFrequency.*', name: 'neuronsByFrequency', label: 'frequency', panel: 'own' },
  ],
  activations: ({ model }, isRun) => {
    const name = isRun || model.mlp ? neuronActivation(model) : undefined;
    return name === undefined ? [] : [name];
  },
  whyNot: whyNoGroupNeurons,
  absentAt: 9,
  of: ({ neurons: found }) => {
    if (!found) return undefined;
    const counts = countByFrequency(found.frequency);
    return {
      assigned: [...counts.values()].reduce((sum, count) => sum + count, 0),
      byFrequency: Object.fromEntries([...counts].map(([k, count]) => [String(k), count])),
    };
  },
  told: {
    section: sections.keys,
    about: ({ neurons: found }) => {
      if (!found) return undefined;
      const list = Object.entries(found.byFrequency).map(([k, those]) => `${those} at ${k}`);
      return [
        count(found.assigned),
        ` neurons follow one frequency (it explains over 85 % of what they do)${list.length > 0 ? `: ${list.join(', ')}` : ''}.`,
      ];
    },
    rows: () => [],
  },
} as const satisfies Measure<{ readonly assigned: number; readonly byFrequency: ByFrequency }>;
