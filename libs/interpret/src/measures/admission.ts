import type { Subject } from './measure.js';

/* Why a model or task does not admit what measures are made of; undefined where it does. */

/** Needs examples that are pairs of numbers. */
export const whyNoPairs = ({ pairs }: Subject): string | undefined =>
  pairs ? undefined : 'the task is not one on pairs of numbers';

/** Needs the cyclic group of the task: its frequencies are frequencies of that. */
export const whyNoGroup = (subject: Subject): string | undefined =>
  whyNoPairs(subject) ?? (subject.pairs?.cyclic ? undefined : 'the task has no cyclic group');

/** Needs a network of one layer that is run over pairs exactly. */
export const whyNotOneLayer = ({
  model: { kind, nLayers, normalization, unlike },
}: Subject): string | undefined => {
  if (nLayers === 0) return `needs a transformer; this network is of the kind ${kind}`;
  if (nLayers > 1) return `needs a network of one layer; this one has ${nLayers}`;
  if (normalization !== 'none') return `needs a network without normalisation; this one has ${normalization}`;
  if (unlike !== undefined) return `needs a network as Nanda's; this one has ${unlike}`;
  return undefined;
};

/** Needs neurons. */
export const whyNoNeurons = ({ model: { dMlp } }: Subject): string | undefined =>
  dMlp === 0 ? 'the network has no MLP' : undefined;
