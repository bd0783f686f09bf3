import { createReferenceEngine } from '@grokscope/engine';
import {
  embeddingName,
  networkShapeOf,
  analyze,
  forwardOn,
  headScoresOf,
  neuronLogitMap,
  preparePairNetwork,
  singularValues,
  viewNeurons,
} from '@grokscope/interpret';
import type { AnalysisLook, Choice, NeuronsLook, PatternsLook, ScoresLook, SingularLook } from './looks.js';
import type { LookSubject } from './subject.js';

/** Longer sequences are not drawn: their heads would be larger than any page. */
const LONGEST = 200;

/** The frequency of every neuron; null if there are no neurons or no frequencies. */
export const lookAtNeurons = ({
  network,
  pairs,
  dataset,
  isOneLayer,
  step,
}: LookSubject): NeuronsLook | null => {
  const grid = pairs?.cyclic?.grid;
  if (!isOneLayer || !grid || network.shape.dMlp === 0) return null;
  const { frequency, explained } = viewNeurons(preparePairNetwork(network, grid, dataset.dVocabOut));
  return { step, frequency, explained };
};

/**
 * Singular values of the embedding of the numbers (null if none is known) and, in a one-layer network, of the
 * neuron–logit map.
 */
export const lookAtSingularValues = ({
  network,
  pairs,
  dataset,
  isOneLayer,
  step,
}: LookSubject): SingularLook | null => {
  const { kind, dModel, dMlp } = network.shape;
  const table = embeddingName(network.shape);
  if (table === undefined) return null;
  const rows = pairs?.classes ?? dataset.dVocab;
  const W_E = singularValues(network.weight(table).subarray(0, rows * dModel), rows, dModel);
  if (!(isOneLayer || kind === 'mlp') || !pairs || dMlp === 0) return { step, W_E };
  const W_L = neuronLogitMap(network, pairs.grid.outputs, dataset.dVocabOut);
  return { step, W_E, W_L: singularValues(W_L, dMlp, pairs.grid.outputs.length) };
};

/** The kind of each head, on sequences of the task; null for tasks on pairs. */
export const lookAtScores = async ({
  spec,
  dataset,
  weights,
  pairs,
  step,
}: LookSubject): Promise<ScoresLook | null> => {
  if (pairs) return null;
  const engine = createReferenceEngine();
  const scores = await headScoresOf(networkShapeOf(spec.model), dataset, (examples, names) =>
    forwardOn(engine, spec.model, examples, weights.tensors, names),
  );
  return { step, scores };
};

/** Attention on one sequence; null for tasks on pairs, whose attention is shown over all pairs at once. */
export const lookAtPatterns = async (
  { spec, dataset, weights, pairs, step }: LookSubject,
  { sequence }: Choice,
): Promise<PatternsLook | null> => {
  const { nCtx } = dataset;
  const { nLayers, nHeads } = networkShapeOf(spec.model);
  if (pairs || nCtx > LONGEST || dataset.nExamples === 0 || nLayers === 0) return null;
  const index = sequence % dataset.nExamples;
  const tokens = dataset.tokens.slice(index * nCtx, (index + 1) * nCtx);
  const names = Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.attn.hook_pattern`);
  const one = { ...dataset, nExamples: 1, tokens };
  const found = await forwardOn(createReferenceEngine(), spec.model, one, weights.tensors, names);
  const patterns = names.flatMap((name) => {
    const pattern = found[name];
    return Array.from({ length: nHeads }, (_, head) => {
      const out = new Float64Array(nCtx * nCtx);
      for (let query = 0; query < nCtx; query += 1)
        for (let key = 0; key < nCtx; key += 1)
          out[query * nCtx + key] = pattern?.[(query * nHeads + head) * nCtx + key] ?? 0;
      return out;
    });
  });
  const words = Array.from(tokens, (token) => dataset.vocabulary[token] ?? String(token));
  return { step, index, words, layers: nLayers, heads: nHeads, patterns };
};

/** Every measure, in float64. */
export const lookAtEverything = async ({
  spec,
  dataset,
  weights,
  step,
}: LookSubject): Promise<AnalysisLook> => ({
  step,
  analysis: await analyze({
    model: spec.model,
    dataset,
    weights: weights.tensors,
    step,
    engine: createReferenceEngine(),
  }),
});
