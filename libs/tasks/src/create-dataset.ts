import { invariant } from '@grokscope/base';
import type { DataSpec, TaskSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Dataset } from './dataset.js';
import type { TaskError } from './errors.js';
import { modularArithmetic } from './modular-arithmetic.js';
import { modularPolynomial } from './modular-polynomial.js';
import type { PairTask } from './pair-task.js';
import { pairExamples } from './pair-task.js';
import { splitExamples } from './split.js';

/**
 * The examples of a task and their split: the same bytes for the same two specs.
 *
 * The specs are taken as decoded (`decodeRunSpec`). Left is what only shows here: an expression that cannot be
 * read, or a split without a training or test example.
 */
export function createDataset(task: TaskSpec, data: DataSpec): E.Either<TaskError, Dataset> {
  invariant(
    Number.isInteger(task.p) && task.p >= 2,
    `createDataset: p must be an integer ≥ 2, got ${task.p}`,
  );
  return pipe(
    pairTask(task),
    E.map(pairExamples),
    E.chainW((examples) =>
      pipe(
        splitExamples(examples.nExamples, data),
        E.map((split): Dataset => ({ ...examples, ...split })),
      ),
    ),
  );
}

function pairTask(task: TaskSpec): E.Either<TaskError, PairTask> {
  switch (task.kind) {
    case 'modularAddition':
    case 'modularSubtraction':
    case 'modularMultiplication':
    case 'modularDivision':
      return E.right(modularArithmetic(task));
    case 'modularPolynomial':
      return modularPolynomial(task);
    default:
      return task satisfies never;
  }
}
