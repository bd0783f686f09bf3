import {
  charactersOfTask,
  groupAnalysis,
  type GroupAnalysis,
  type GroupNetwork,
} from '../characters/group-analysis.js';
import { embeddingName } from '../network/network.js';
import { operandTables } from '../network/operand-tables.js';
import { selectColumns } from '../numerics/numbers.js';
import type { Look } from './measure.js';

const known = new WeakMap<Look, GroupAnalysis>();

/**
 * Saved weights analysed by the characters of their task's group; undefined if its table is not a group. Computed once
 * for each look, for all measures that use it. For a transformer, the embeddings are the rows of W_E, and the
 * unembedding is W_out·W_U if it has one layer with an MLP; for an MLP they are `operandTables` and W_U.
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
  const reading = groupAnalysis(characters, {
    ...pairs.wanted,
    logits,
    ...ends(look, characters.group.order),
    ...(passes && model.dMlp > 0 ? { unembedding: passes.every.net.neuronLogit } : {}),
  });
  known.set(look, reading);
  return reading;
}

/** What is known of both ends of a network: how elements enter it, and how neurons reach the logits. */
function ends({ model, weight }: Look, n: number): Pick<GroupNetwork, 'embeddings' | 'unembedding'> {
  if (model.mlp)
    return { embeddings: operandTables(model.mlp, weight, n), unembedding: weight('unembed.W_U') };
  if (embeddingName(model) === undefined) return {};
  const embedding = weight('embed.W_E').subarray(0, n * model.dModel);
  return { embeddings: [embedding, embedding] };
}
