import type { Dataset } from '@grokscope/tasks';
import { headScores } from '../network/head-scores.js';
import type { Analysis } from './analysis.js';
import type { NetworkShape } from '../network/network.js';
import type { SavedWeights } from '../measures/measure.js';
import { examplesBetween, scoredRowsOf } from './forward.js';

/** Sequences that scores of heads are averaged over. */
const SAMPLE = 64;

/**
 * The scores of every head on the first sequences of a task. Repeats count only at scored positions: tokens that recur
 * by chance elsewhere say nothing about a head.
 *
 * @param forward computes attention patterns, `blocks.N.attn.hook_pattern`
 */
export async function headScoresOf(
  { nLayers, nHeads }: Pick<NetworkShape, 'nLayers' | 'nHeads'>,
  dataset: Dataset,
  forward: SavedWeights['forward'],
): Promise<NonNullable<Analysis['headScores']>> {
  const { nCtx } = dataset;
  const sample = examplesBetween(dataset, 0, Math.min(SAMPLE, dataset.nExamples));
  const { tokens } = sample;
  const queries = scoredRowsOf(sample);
  const names = Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.attn.hook_pattern`);
  const found = await forward(sample, names);
  return names.flatMap((name, layer) =>
    headScores({ nHeads, nCtx, tokens, pattern: found[name], queries }).map((scores, head) => ({
      layer,
      head,
      ...scores,
    })),
  );
}
