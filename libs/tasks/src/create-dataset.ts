import type { DataSpec, SampledTaskSpec, TaskSpec } from '@grokscope/schema';
import { isSampled } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { characterAddition } from './character-addition.js';
import type { Dataset } from './dataset.js';
import { digitAddition } from './digit-addition.js';
import type { TaskError } from './errors.js';
import { withLabelNoise } from './label-noise.js';
import { modularArithmetic } from './modular-arithmetic.js';
import { modularPolynomial } from './modular-polynomial.js';
import { pairExamples } from './pair-task.js';
import { permutationComposition } from './permutation-composition.js';
import { repeatedSubsequence } from './repeated-subsequence.js';
import { rot13 } from './rot13.js';
import { sampledDataset } from './sampled-dataset.js';
import type { SampledTask } from './sampled-task.js';
import { skipTrigram } from './skip-trigram.js';
import { splitExamples } from './split.js';
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

function table(task: Exclude<TaskSpec, SampledTaskSpec>): E.Either<TaskError, Table> {
  switch (task.kind) {
    case 'modularAddition':
    case 'modularSubtraction':
    case 'modularMultiplication':
    case 'modularDivision':
      return E.right(pairExamples(modularArithmetic(task)));
    case 'modularPolynomial':
      return pipe(modularPolynomial(task), E.map(pairExamples));
    case 'characterAddition':
      return E.right(pairExamples(characterAddition(task)));
    case 'permutationComposition':
      return E.right(pairExamples(permutationComposition(task)));
    case 'rot13':
      return E.right(rot13(task));
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
