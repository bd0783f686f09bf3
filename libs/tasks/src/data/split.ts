import { cpythonShuffle, createRandom, shuffle } from '@grokscope/base';
import type { DataSpec, Files } from '@grokscope/schema';
import { noFiles, trainCount } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { EmptySplitError, FileFault } from '../errors.js';
import { readSplit } from '../files/split-file.js';

/** Which examples are trained on and which are not; together a partition, each in shuffled order. */
export interface Split {
  readonly trainIndices: Int32Array;
  readonly testIndices: Int32Array;
}

/**
 * Splits `nExamples` examples: the first `trainCount` of a shuffled order train, the others test.
 *
 * `split: cpython` is the order of `random.seed(splitSeed); random.shuffle(examples)`, with which the published
 * runs were split; `native` is this project's own generator. `data.splitFile` names those that train, in their order;
 * the others test, ascending. Its numbers count the rows of the file that a table was read from.
 *
 * Source: progress-measures-paper, `transformers.py`, `gen_train_test`.
 */
export function splitExamples(
  nExamples: number,
  data: DataSpec,
  files: Files = noFiles,
  exampleOfRow?: Int32Array,
): E.Either<EmptySplitError | FileFault, Split> {
  if (data.splitFile !== undefined)
    return pipe(
      readSplit(data.splitFile, nExamples, files),
      E.map((rows) => splitByFile(nExamples, exampleOfRow ? rows.map((row) => exampleOfRow[row]!) : rows)),
    );
  return pipe(
    splitCount(nExamples, data),
    E.map((nTrain) => {
      const order = shuffledOrder(nExamples, data);
      return { trainIndices: order.slice(0, nTrain), testIndices: order.slice(nTrain) };
    }),
  );
}

/** How many examples a split trains on; Left where that leaves nothing to train on or nothing to test on. */
export function splitCount(
  nExamples: number,
  data: DataSpec,
  files: Files = noFiles,
): E.Either<EmptySplitError | FileFault, number> {
  if (data.splitFile !== undefined)
    return pipe(
      readSplit(data.splitFile, nExamples, files),
      E.map((rows) => rows.length),
    );
  const nTrain = trainCount(nExamples, data);
  if (nTrain < 1 || nTrain >= nExamples) return E.left(emptySplit(nExamples, nTrain, data));
  return E.right(nTrain);
}

function splitByFile(nExamples: number, trainIndices: Int32Array): Split {
  const isTrained = new Uint8Array(nExamples);
  for (const example of trainIndices) isTrained[example] = 1;
  const testIndices = Int32Array.from({ length: nExamples }, (_, i) => i).filter((i) => isTrained[i] === 0);
  return { trainIndices, testIndices };
}

function shuffledOrder(n: number, { split, splitSeed }: DataSpec): Int32Array {
  switch (split) {
    case 'cpython':
      return cpythonShuffle(n, splitSeed);
    case 'native': {
      const order = Int32Array.from({ length: n }, (_, i) => i);
      return shuffle(order, createRandom(splitSeed).split('split'));
    }
    default:
      return split satisfies never;
  }
}

function emptySplit(nExamples: number, nTrain: number, data: DataSpec): EmptySplitError {
  const byCount = data.trainExamples !== undefined;
  return {
    _tag: 'EmptySplitError',
    path: byCount ? 'data.trainExamples' : 'data.trainFraction',
    value: byCount ? data.trainExamples : data.trainFraction,
    message: `gives ${nTrain} of the task's ${nExamples} examples to train on`,
    allowed: `what gives from 1 to ${nExamples - 1} of them`,
    nExamples,
    nTrain,
  };
}
