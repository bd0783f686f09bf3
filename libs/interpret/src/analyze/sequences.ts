import type { Engine } from '@grokscope/engine';
import type { NamedTensor } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';
import { headScores } from '../network/head-scores.js';
import { networkShapeOf } from '../network/network.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import type { ModelSpec } from './forward.js';
import { examplesBetween, forwardOn, scoredRowsOf } from './forward.js';

/** Sequences that scores of heads are averaged over. */
const SAMPLE = 64;

/**
 * The scores of every head on the first sequences of a task; none for tasks on pairs, which repeat nothing. Repeats
 * count where the task asks for an answer: what recurs by chance elsewhere says nothing of a head.
 */
export async function headScoresOf(
  {
    model,
    dataset,
    weights,
    engine,
  }: {
    readonly model: ModelSpec;
    readonly dataset: Dataset;
    readonly weights: readonly NamedTensor[];
    readonly engine: Engine;
  },
  pairs: PairExamples | undefined,
): Promise<Pick<Analysis, 'headScores'>> {
  const { nLayers, nHeads } = networkShapeOf(model);
  if (pairs || nLayers === 0) return {};
  const { nCtx } = dataset;
  const nExamples = Math.min(SAMPLE, dataset.nExamples);
  const sample = examplesBetween(dataset, 0, nExamples);
  const { tokens } = sample;
  const queries = scoredRowsOf(sample);
  const names = Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.attn.hook_pattern`);
  const found = await forwardOn(engine, model, sample, weights, names);
  return {
    headScores: names.flatMap((name, layer) =>
      headScores({ nHeads, nCtx, tokens, pattern: found[name], queries }).map((scores, head) => ({
        layer,
        head,
        ...scores,
      })),
    ),
  };
}
