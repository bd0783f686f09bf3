import { charactersOfTask, groupAnalysis, type GroupAnalysis } from '../characters/group-analysis.js';
import { selectColumns } from '../numerics/numbers.js';
import type { Look } from './measure.js';

const known = new WeakMap<Look, GroupAnalysis>();

/**
 * Saved weights read by the characters of their task's group; undefined where its table is none. Computed once for each
 * look, for all measures that are made of it. Embeddings are the rows of W_E, the unembedding W_out·W_U of a network of
 * one layer with an MLP.
 */
export function groupReading(look: Look): GroupAnalysis | undefined {
  const found = known.get(look);
  if (found) return found;
  const { dataset, pairs, saved, model } = look;
  const characters = saved && pairs ? charactersOfTask(dataset.structure) : undefined;
  if (!characters || !saved || !pairs) return undefined;
  const { passes } = saved;
  const logits =
    passes?.every.logits ??
    (look.logits && selectColumns(look.logits, dataset.dVocabOut, pairs.grid.outputs));
  if (!logits) return undefined;
  const embedding = look.weight('embed.W_E').subarray(0, characters.group.order * model.dModel);
  const reading = groupAnalysis(characters, {
    ...pairs.wanted,
    logits,
    embeddings: [embedding, embedding],
    ...(passes && model.dMlp > 0 ? { unembedding: passes.every.net.neuronLogit } : {}),
  });
  known.set(look, reading);
  return reading;
}
