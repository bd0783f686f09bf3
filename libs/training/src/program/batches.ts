import { createRandom, shuffle } from '@grokscope/base';
import type { Feed } from '@grokscope/engine';
import type { Graph } from '@grokscope/graph';
import type { RunSpec } from '@grokscope/schema';
import type { Dataset } from '@grokscope/tasks';
import { constantExamples, fedExamples, feedOf, selectRows, type GraphExamples } from './examples.js';

/** How a step gets its examples. */
export interface Batches {
  readonly batchSize: number;
  /** The examples of a step in a graph. */
  readonly examples: (graph: Graph) => GraphExamples;
  /**
   * The values fed for step `step` (0, 1, …): a function of the spec and the step alone, so that a run resumed at any
   * step continues like one that was never interrupted. Empty for a full batch, which is part of the program.
   */
  readonly feedAt: (step: number) => Feed;
}

const BATCH = 'batch';

/**
 * The batches of a run. `full`: all training examples, known when the program is built. A number B: for a finite set,
 * the next B of an endless sequence of epochs, each a shuffle of the training set by `data.splitSeed` and its number
 * (an epoch is never cut short: a batch may span two); for infinite data, the next B of the stream.
 */
export function batchesOf({ data, training }: Pick<RunSpec, 'data' | 'training'>, dataset: Dataset): Batches {
  const { stream, trainIndices } = dataset;
  const { batchSize } = training;
  if (batchSize === 'full') {
    // If sorted, neighbouring rows share a token, whose table rows are then still in the cache: mixing gains a tenth.
    const rows = selectRows(dataset, dataset, trainIndices.toSorted());
    return {
      batchSize: trainIndices.length,
      examples: (graph) => constantExamples(graph, dataset, rows),
      feedAt: () => ({}),
    };
  }
  const epochs = epochRow(trainIndices, data.splitSeed);
  return {
    batchSize,
    examples: (graph) => fedExamples(graph, dataset, batchSize, BATCH),
    feedAt: (step) => {
      const first = step * batchSize;
      const rows = stream?.(first, batchSize) ?? selectRows(dataset, dataset, epochs(first, batchSize));
      return feedOf(dataset, rows, BATCH);
    },
  };
}

/**
 * `count` entries, from number `first` on, of an endless sequence of shuffles of `indices`. Shuffle e depends on the
 * seed and e alone.
 */
export function epochRow(indices: Int32Array, seed: number): (first: number, count: number) => Int32Array {
  const random = createRandom(seed).split('epochs');
  // The last shuffle is cached, so steps in order compute each shuffle once.
  let kept = -1;
  let order = indices;
  return (first, count) =>
    Int32Array.from({ length: count }, (_, i) => {
      const epoch = Math.floor((first + i) / indices.length);
      if (epoch !== kept) {
        order = shuffle(Int32Array.from(indices), random.split(String(epoch)));
        kept = epoch;
      }
      return order[(first + i) % indices.length]!;
    });
}
