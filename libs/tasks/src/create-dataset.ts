import type { DataSpec, SampledTaskSpec, TaskSpec } from '@grokscope/schema';
import { exampleCount, isSampled } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { characterAddition } from './character-addition.js';
import type { Dataset, TaskShape } from './dataset.js';
import { digitAddition } from './digit-addition.js';
import type { TaskError } from './errors.js';
import { withLabelNoise } from './label-noise.js';
import { modularArithmetic } from './modular-arithmetic.js';
import { modularPolynomial } from './modular-polynomial.js';
import type { PairTask } from './pair-task.js';
import { pairExamples, pairShape } from './pair-task.js';
import { permutationComposition } from './permutation-composition.js';
import { repeatedSubsequence } from './repeated-subsequence.js';
import { rot13, rot13Shape } from './rot13.js';
import { sampledDataset } from './sampled-dataset.js';
import type { SampledTask } from './sampled-task.js';
import { skipTrigram } from './skip-trigram.js';
import { splitCount, splitExamples } from './split.js';
import type { Table } from './table.js';

/**
 * The examples of a task and their split: the same bytes for the same two specs.
 *
 * The specs are taken as decoded (`decodeRunSpec`). Left is what only shows here: an expression that cannot be
 * read, a split without a training or test example, or a task without as many different examples as are wanted.
 */
export function createDataset(task: TaskSpec, data: DataSpec): E.Either<TaskError, Dataset> {
  if (isSampled(task)) return sampledDataset(task, sampledTask(task), data);
  return pipe(
    table(task),
    E.chainW((examples) =>
      pipe(
        splitExamples(examples.nExamples, data),
        E.map((split): Dataset => withLabelNoise({ ...examples, ...split }, data)),
      ),
    ),
  );
}

/**
 * What a task is, known without making its examples: for whoever only has to say whether it can be set up and how large
 * it is. Left is what only shows here, but for a task that draws its examples: whether there are enough of them shows
 * where they are drawn.
 */
export function taskShape(task: TaskSpec, data: DataSpec): E.Either<TaskError, TaskShape> {
  if (isSampled(task)) return E.right(sampledTask(task));
  return pipe(
    tableShape(task),
    E.chainFirstW(() => splitCount(exampleCount(task), data)),
  );
}

type TableTask = Exclude<TaskSpec, SampledTaskSpec>;

function tableShape(task: TableTask): E.Either<TaskError, TaskShape> {
  return task.kind === 'rot13' ? E.right(rot13Shape(task)) : pipe(pairTask(task), E.map(pairShape));
}

function table(task: TableTask): E.Either<TaskError, Table> {
  return task.kind === 'rot13' ? E.right(rot13(task)) : pipe(pairTask(task), E.map(pairExamples));
}

function pairTask(task: Exclude<TableTask, { kind: 'rot13' }>): E.Either<TaskError, PairTask> {
  switch (task.kind) {
    case 'modularAddition':
    case 'modularSubtraction':
    case 'modularMultiplication':
    case 'modularDivision':
      return E.right(modularArithmetic(task));
    case 'modularPolynomial':
      return modularPolynomial(task);
    case 'characterAddition':
      return E.right(characterAddition(task));
    case 'permutationComposition':
      return E.right(permutationComposition(task));
    default:
      return task satisfies never;
  }
}

function sampledTask(task: SampledTaskSpec): SampledTask {
  switch (task.kind) {
    case 'digitAddition':
      return digitAddition(task);
    case 'repeatedSubsequence':
      return repeatedSubsequence(task);
    case 'skipTrigram':
      return skipTrigram(task);
    default:
      return task satisfies never;
  }
}
