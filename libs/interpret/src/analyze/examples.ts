import type { Dataset } from '@grokscope/tasks';
import type { LossTarget } from '../network/ablations.js';
import type { CyclicGroup, GroupExamples } from '../waves/group.js';
import { cyclicGroupOf, groupExamples } from '../waves/group.js';
import { selectColumns, selectRows } from '../numerics/numbers.js';
import type { Reals } from '../numerics/numbers.js';
import type { PairGrid } from '../network/pair-network.js';

/** A task on pairs: the grid of tokens that its examples form, and the wanted answers. */
export interface PairExamples {
  /** The number of answers: tokens below "=", which is not an answer. */
  readonly classes: number;
  readonly grid: PairGrid;
  /** In the order of the dataset, which is the grid's. */
  readonly wanted: LossTarget;
  /** Absent if the task has no cyclic group. */
  readonly cyclic?: {
    readonly group: CyclicGroup;
    readonly grid: PairGrid;
    readonly examples: GroupExamples;
  };
}

/** The examples as a grid of pairs `[a, b, =]`, a outer; undefined for any other task. */
export function pairExamplesOf(dataset: Dataset): PairExamples | undefined {
  const { nCtx, nExamples, tokens, labels, scoredPositions, trainIndices, testIndices } = dataset;
  if (dataset.positionsVary || nCtx !== 3 || scoredPositions.length !== 1 || scoredPositions[0] !== 2)
    return undefined;
  let nSecond = 1;
  while (nSecond < nExamples && tokens[3 * nSecond] === tokens[0]) nSecond += 1;
  if (nExamples % nSecond !== 0) return undefined;
  const first = Int32Array.from({ length: nExamples / nSecond }, (_, i) => tokens[3 * i * nSecond]);
  const second = Int32Array.from({ length: nSecond }, (_, j) => tokens[3 * j + 1]);
  const equals = tokens[2];
  for (let e = 0; e < nExamples; e++) {
    const isGrid =
      tokens[3 * e] === first[Math.floor(e / nSecond)] &&
      tokens[3 * e + 1] === second[e % nSecond] &&
      tokens[3 * e + 2] === equals;
    if (!isGrid || labels[e] >= equals) return undefined;
  }
  const group = cyclicGroupOf(dataset);
  const examples = group && groupExamples(group, dataset);
  return {
    classes: equals,
    grid: { first, second, equals, outputs: Int32Array.from({ length: equals }, (_, c) => c) },
    wanted: { label: labels, train: trainIndices, test: testIndices },
    ...(group && examples
      ? {
          cyclic: {
            group,
            examples,
            grid: { first: group.first, second: group.second, equals, outputs: group.output },
          },
        }
      : {}),
  };
}

/** [n·n, n] logits of examples [N, width] in the order of the group, its outputs alone. */
export function logitsInGroupOrder(
  logits: Reals,
  width: number,
  { group, examples }: NonNullable<PairExamples['cyclic']>,
): Float64Array {
  return selectColumns(selectRows(logits, width, examples.example), width, group.output);
}
