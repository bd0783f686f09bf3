import type { Files, ParameterSchemas } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { TaskShape } from '../data/dataset.js';
import type { TaskError } from '../errors.js';
import type { ExampleReader } from '../data/example-reader.js';
import type { TaskStructure } from '../data/structure.js';
import type { Table } from './table.js';
import type { SpecOf, TableTask } from './task.js';
import { tableTask } from './task.js';

/** The answers to all pairs of n things: everything about a task before its examples are split. */
export interface Pairs {
  /** Number of things, n. */
  readonly n: number;
  /** The modulus, if the task has one; equals n. */
  readonly p?: number;
  /** `[n]` readable names of the things; default: their numbers. */
  readonly names?: readonly string[];
  /** The smallest b: 1 if 0 has no answer, otherwise 0. */
  readonly firstB: 0 | 1;
  /** The answer, an integer in [0, n). */
  readonly answer: (a: number, b: number) => number;
  readonly structure?: TaskStructure;
}

/** A task on pairs, by its answers. */
export interface PairTask<K extends string, P extends ParameterSchemas> extends Omit<
  TableTask<K, P>,
  'isSampled' | 'shape' | 'table' | 'exampleText'
> {
  /** All answers; Left where the parameters say something that cannot be answered. */
  pairs(task: SpecOf<K, P>, files?: Files): E.Either<TaskError, Pairs>;
  /** Default: the two things with the sign between them, as in `3 + 4 → 0`. */
  exampleText?(task: SpecOf<K, P>, example: ExampleReader): string;
}

/** A task on pairs: its table has every pair. */
export const pairTask = <const K extends string, const P extends ParameterSchemas>(
  task: PairTask<K, P>,
): TableTask<K, P> =>
  tableTask<K, P>({
    exampleText: (spec, { at, answers }) => `${at(0)} ${task.words(spec).sign} ${at(1)} → ${answers[0]}`,
    ...task,
    shape: (spec, files) =>
      pipe(
        task.pairs(spec, files),
        E.map((pairs) => pairShape(task, pairs)),
      ),
    table: (spec, files) =>
      pipe(
        task.pairs(spec, files),
        E.map((pairs) => pairExamples(task, pairs)),
      ),
  });

type TaskName = Pick<TaskShape, 'kind' | 'teaches'>;

/** The facts about a task on pairs that do not depend on its individual examples. */
function pairShape({ kind, teaches }: TaskName, { n, p, names }: Pairs): TaskShape {
  return {
    kind,
    teaches,
    ...(p === undefined ? {} : { p }),
    dVocab: n + 1,
    dVocabOut: n + 1,
    nCtx: 3,
    nScored: 1,
    positionsVary: false,
    operands: { count: 2, values: n, answers: n },
    vocabulary: [...(names ?? Array.from({ length: n }, (_, number) => String(number))), '='],
  };
}

/**
 * Every example of a task on pairs: tokens `[a, b, n]`, where n is "=", the answer wanted after it.
 *
 * Examples are in (a outer, b inner) order: the pair (a, b) has index a·n + b, and where b starts at 1, a·(n − 1) + (b
 * − 1). Things and "=" share one vocabulary of n + 1, in and out.
 *
 * Source: progress-measures-paper, `transformers.py`, `gen_train_test`.
 */
function pairExamples(task: TaskName, pairs: Pairs): Table {
  const { n, firstB, answer, structure } = pairs;
  const nExamples = n * (n - firstB);
  const tokens = new Int32Array(nExamples * 3);
  const labels = new Int32Array(nExamples);
  let i = 0;
  for (let a = 0; a < n; a++) {
    for (let b = firstB; b < n; b++, i++) {
      tokens[3 * i] = a;
      tokens[3 * i + 1] = b;
      tokens[3 * i + 2] = n;
      labels[i] = answer(a, b);
    }
  }
  return {
    ...pairShape(task, pairs),
    nExamples,
    tokens,
    labels,
    scoredPositions: Int32Array.of(2),
    ...(structure === undefined ? {} : { structure }),
  };
}
