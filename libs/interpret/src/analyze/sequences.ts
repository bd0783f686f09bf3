import type { Engine } from '@grokscope/engine';
import type { NamedTensor } from '@grokscope/model';
import type { Dataset } from '@grokscope/tasks';
import { headScores } from '../head-scores.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import type { ModelSpec } from './forward.js';
import { forwardOn } from './forward.js';

/** Sequences that scores of heads are averaged over. */
const SAMPLE = 64;

/** The scores of every head on the first sequences of a task; none for tasks on pairs, which repeat nothing. */
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
  if (pairs) return {};
  const { nLayers, nHeads } = model;
  const { nCtx } = dataset;
  const nExamples = Math.min(SAMPLE, dataset.nExamples);
  const tokens = dataset.tokens.subarray(0, nExamples * nCtx);
  const names = Array.from({ length: nLayers }, (_, layer) => `blocks.${layer}.attn.hook_pattern`);
  const found = await forwardOn(engine, model, { ...dataset, nExamples, tokens }, weights, names);
  return {
    headScores: names.flatMap((name, layer) =>
      headScores({ nHeads, nCtx, tokens, pattern: found[name] }).map((scores, head) => ({
        layer,
        head,
        ...scores,
      })),
    ),
  };
}
