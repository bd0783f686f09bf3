import type { Dataset } from '@grokscope/tasks';
import type { SplitMeans } from '../network/loss.js';
import { lossAndAccuracy, rowLosses, splitMeans } from '../network/loss.js';
import { selectColumns } from '../numerics/numbers.js';
import type { Analysis } from './analysis.js';
import type { PairExamples } from './examples.js';
import type { OneLayerPasses } from './one-layer.js';

/** Losses and accuracies over every example; for tasks on pairs without the logit of "=". */
export function lossesOf(
  dataset: Dataset,
  pairs: PairExamples | undefined,
  passes: OneLayerPasses | undefined,
  logits: ArrayLike<number> | undefined,
): Pick<Analysis, 'loss' | 'accuracy' | 'lossByToken'> {
  const { dVocabOut, labels, nScored: scored, trainIndices, testIndices } = dataset;
  if (passes) {
    const { net, logits: found, wanted } = passes.every;
    return lossAndAccuracy(found, net.nOut, wanted.label, wanted);
  }
  const found = Float64Array.from(logits!);
  if (pairs)
    return lossAndAccuracy(
      selectColumns(found, dVocabOut, pairs.grid.outputs),
      pairs.classes,
      labels,
      pairs.wanted,
    );
  const rowsOf = (examples: Int32Array): Int32Array =>
    Int32Array.from(
      { length: examples.length * scored },
      (_, i) => examples[Math.floor(i / scored)] * scored + (i % scored),
    );
  return {
    ...lossAndAccuracy(found, dVocabOut, labels, { train: rowsOf(trainIndices), test: rowsOf(testIndices) }),
    ...(scored > 1 ? { lossByToken: lossByTokenOf(dataset, found) } : {}),
  };
}

/** From logits [N·nScored, dVocabOut]: the mean loss of the first scored token of every example, of the second, … */
function lossByTokenOf(
  { dVocabOut, labels, nExamples, nScored, trainIndices, testIndices }: Dataset,
  logits: Float64Array,
): readonly SplitMeans[] {
  const losses = rowLosses(logits, dVocabOut, labels);
  return Array.from({ length: nScored }, (_, at) =>
    splitMeans(
      Float64Array.from({ length: nExamples }, (_, e) => losses[e * nScored + at]),
      { train: trainIndices, test: testIndices },
    ),
  );
}
