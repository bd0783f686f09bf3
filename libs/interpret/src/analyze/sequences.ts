import { createRandom } from '@grokscope/base';
import type { Dataset } from '@grokscope/tasks';
import { headScores } from '../network/head-scores.js';
import type { Analysis } from './analysis.js';
import type { NetworkShape } from '../network/network.js';
import type { SavedWeights } from '../measures/measure.js';
import { examplesBetween, scoredRowsOf, type Examples } from './forward.js';

/** Sequences that scores of heads are averaged over. */
const SAMPLE = 64;

/**
 * The scores of every head on the first sequences of a task. Repeats count where the task asks for an answer: what recurs
 * by chance elsewhere says nothing of a head. In a text nearly every token has come before, so of a text the sequences are
 * random tokens, half a window of them, and the same once more; repeats count in that second half.
 *
 * @param forward computes attention patterns, `blocks.N.attn.hook_pattern`
 */
export async function headScoresOf(
  { nLayers, nHeads }: Pick<NetworkShape, 'nLayers' | 'nHeads'>,
  dataset: Dataset,
  forward: SavedWeights['forward'],
): Promise<NonNullable<Analysis['headScores']>> {
  const { nCtx } = dataset;
  const isText = dataset.structure?.kind === 'text';
  const sample = isText
    ? repeatedTokens(dataset)
    : examplesBetween(dataset, 0, Math.min(SAMPLE, dataset.nExamples));
  const { tokens } = sample;
  const queries = isText
    ? scoredRowsOf(sample).filter((row) => row % nCtx >= Math.floor(nCtx / 2))
    : scoredRowsOf(sample);
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

/**
 * Random tokens, half a window of them, and the same once more; where a window is odd, one more at its end.
 *
 * Source: Olsson et al., arXiv:2209.11895, "Prefix matching score"; TransformerLens, Exploratory Analysis Demo.
 */
function repeatedTokens(dataset: Dataset): Examples {
  const { nCtx, dVocab } = dataset;
  const random = createRandom(0).split('repeated tokens');
  const half = Math.floor(nCtx / 2);
  const tokens = new Int32Array(SAMPLE * nCtx);
  for (let start = 0; start < tokens.length; start += nCtx)
    for (let at = 0; at < nCtx; at++)
      tokens[start + at] = at < half ? random.nextBelow(dVocab) : tokens[start + at - half];
  return { ...dataset, nExamples: SAMPLE, tokens };
}
