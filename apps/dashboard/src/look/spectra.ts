import {
  embeddingComponents,
  embeddingName,
  frequencyPlane,
  neuronLogitComponents,
  neuronLogitMap,
  normsByFrequency,
  selectRows,
} from '@grokscope/interpret';
import type { SpectraLook, Spectrum } from './looks.js';
import type { LookSubject } from './subject.js';

const spectrumOf = (component: Float64Array): Spectrum => ({
  component,
  byFrequency: normsByFrequency(component),
});

/** The waves in the embedding and in the neuron–logit map; null if the task has no cyclic order. */
export const lookAtSpectra = (subject: LookSubject): SpectraLook | null => {
  const { network, pairs, dataset, isOneLayer, step } = subject;
  const group = pairs?.cyclic?.group;
  const table = embeddingName(network.shape);
  if (!group || group.order < 3 || table === undefined) return null;
  const { kind, dModel, dMlp } = network.shape;
  const embedding = spectrumOf(embeddingComponents(network, group));
  const ordered = selectRows(network.weight(table), dModel, group.first);
  const planes = Array.from(embedding.byFrequency, (_, i) =>
    frequencyPlane(ordered, group.order, dModel, i + 1),
  );
  const known = { step, n: group.order, numbers: group.first, embedding, planes };
  if (!(isOneLayer || kind === 'mlp') || dMlp === 0) return known;
  const W_L = neuronLogitMap(network, group.output, dataset.dVocabOut);
  return { ...known, neuronLogit: spectrumOf(neuronLogitComponents(W_L, group.order)) };
};
