import { isGroupTask } from '../characters/group-analysis.js';
import { activationFunction, embeddingName } from '../network/network.js';
import type { Subject } from './measure.js';

/* Why a model or task lacks what measures are computed from; undefined if it has it. */

/** Requires examples that are pairs of numbers. */
export const whyNoPairs = ({ pairs }: Subject): string | undefined =>
  pairs ? undefined : 'the task is not one on pairs of numbers';

/** Requires embeddings that are known. */
export const whyNoEmbedding = ({ model }: Subject): string | undefined =>
  embeddingName(model) === undefined
    ? `the embeddings of a model of the kind ${model.kind} are not known`
    : undefined;

/** Requires the cyclic group of the task, and embeddings: its frequencies refer to that group. */
export const whyNoGroup = (subject: Subject): string | undefined =>
  whyNoPairs(subject) ??
  (subject.pairs?.cyclic ? undefined : 'the task has no cyclic group') ??
  whyNoEmbedding(subject);

/** Requires a task whose answers are the table of a group. */
export const whyNoTable = (subject: Subject): string | undefined =>
  whyNoPairs(subject) ??
  (isGroupTask(subject.dataset.structure)
    ? undefined
    : 'the answers of the task do not form the table of a group');

/** Requires a cyclic group or the table of another. */
export const whyNeither = (subject: Subject): string | undefined =>
  isGroupTask(subject.dataset.structure) ? whyNoPairs(subject) : whyNoGroup(subject);

/** Requires a transformer of one layer without normalisation, otherwise like the published one. */
const whyNotOneLayer = ({ model: { kind, nLayers, normalization, unlike } }: Subject): string | undefined => {
  if (nLayers === 0) return `needs a transformer; this network is of the kind ${kind}`;
  if (nLayers > 1) return `needs a network of one layer; this one has ${nLayers}`;
  if (normalization !== 'none') return `needs a network without normalisation; this one has ${normalization}`;
  if (unlike !== undefined) return `needs the published architecture; this one has ${unlike}`;
  return undefined;
};

/** Requires neurons. */
const whyNoNeurons = ({ model: { dMlp } }: Subject): string | undefined =>
  dMlp === 0 ? 'the network has no MLP' : undefined;

/** Requires a nonlinearity that is computed in float64. */
const whyNotKnown = ({ model: { dMlp, actFn }, activations }: Subject): string | undefined =>
  dMlp === 0 || activationFunction(actFn, activations)
    ? undefined
    : `the nonlinearity ${actFn} is not known to the exact pass over pairs`;

/** Requires pairs and a network that is run over them exactly. */
export const whyNoExactPass = (subject: Subject): string | undefined =>
  whyNoPairs(subject) ?? whyNotOneLayer(subject) ?? whyNotKnown(subject);

/** Needs the neurons of such a network or of an MLP, over the pairs of the task's cyclic group. */
export const whyNoGroupNeurons = (subject: Subject): string | undefined =>
  subject.model.mlp ? whyNoGroup(subject) : whyNoNeuronsOfLayer(subject);

const whyNoNeuronsOfLayer = (subject: Subject): string | undefined =>
  whyNoGroup(subject) ?? whyNotOneLayer(subject) ?? whyNoNeurons(subject) ?? whyNotKnown(subject);
