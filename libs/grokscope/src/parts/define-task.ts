import type { ParameterSchemas } from '@grokscope/schema';
import type {
  ExampleReader,
  Pairs,
  SampledTask,
  SpecOf,
  Table,
  TableTask,
  Task,
  TaskError,
  TaskShape,
  TaskWords,
} from '@grokscope/tasks';
import { drawnTask, pairTask, tableTask } from '@grokscope/tasks';
import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { marked, PartFault, type DefinedPart, type PartMark } from './defined.js';
import { guarded, rangeProblem, shown } from './guard.js';
import { completed, type OwnTable } from './own-table.js';
import { markFor, requireFunctions, requireKind, requireParameters, requireText } from './required.js';

/** A value, or the reason why a spec's parameters do not give one. */
type OrError<T> = T | E.Either<TaskError, T>;

/** The members that every form of a task has; what is left out has a default. */
interface OwnTaskBase<K extends string, P extends ParameterSchemas> {
  /** The word by which a spec names it: `task.kind`. */
  readonly kind: K;
  /** The schemas of its other keys, by key; default: none. */
  readonly parameters?: P;
  /** One sentence: what a network that solves this has learned. */
  readonly teaches: string;
  /** The words that describe a task with these parameters; `title` is like `a + b mod 113`. */
  words(task: SpecOf<K, P>): Pick<TaskWords, 'title'> & Partial<TaskWords>;
  /** One example in readable tokens; default: its tokens, an arrow, its answers. */
  exampleText?(task: SpecOf<K, P>, example: ExampleReader): string;
  readonly rules?: Task<K, P>['rules'];
  readonly recipe?: Task<K, P>['recipe'];
  readonly presets?: Task<K, P>['presets'];
}

/** A task on pairs, defined by its answers: every pair (a, b) of n things is an example. */
export interface OwnPairTask<K extends string, P extends ParameterSchemas> extends OwnTaskBase<K, P> {
  pairs(task: SpecOf<K, P>): OrError<Omit<Pairs, 'firstB'> & Partial<Pick<Pairs, 'firstB'>>>;
}

/** A task defined by the table of all its examples. */
export interface OwnTableTask<K extends string, P extends ParameterSchemas> extends OwnTaskBase<K, P> {
  table(task: SpecOf<K, P>): OrError<OwnTable>;
}

/** A task whose examples are drawn. */
export interface OwnDrawnTask<K extends string, P extends ParameterSchemas> extends OwnTaskBase<K, P> {
  sampler(task: SpecOf<K, P>): SampledTask;
  /** The number of different examples that can be drawn; may be Infinity. */
  exampleCount(task: SpecOf<K, P>): number;
}

/** A task in one of its three forms. */
export type OwnTask<K extends string, P extends ParameterSchemas> =
  OwnPairTask<K, P> | OwnTableTask<K, P> | OwnDrawnTask<K, P>;

/**
 * Defines a task by its answers to all pairs (`pairs`), by the table of all its examples (`table`), or by a sampler
 * that draws them (`sampler`).
 *
 * Throws `PartFault` if something required is missing. A function of the task that throws, or returns tokens or answers
 * outside their range, raises a `PartFault` when a spec with the task is read.
 *
 * @example
 * export const greater = defineTask({
 *   kind: 'greater',
 *   parameters: { n: integer(2, 100) },
 *   teaches: 'The network learns which of two numbers is greater.',
 *   words: ({ n }) => ({ title: `max(a, b), n = ${n}`, examples: 'pairs', sign: 'or' }),
 *   pairs: ({ n }) => ({ n, answer: (a, b) => Math.max(a, b) }),
 * });
 */
export function defineTask<const K extends string, const P extends ParameterSchemas = Record<never, never>>(
  task: OwnTask<K, P>,
): DefinedPart<Task<K, P>> {
  const part = markFor('task', task.kind, defineTask);
  requireKind(part, task.kind, 'kind');
  requireText(part, task.teaches, 'teaches');
  requireParameters(part, task.parameters);
  requireFunctions(part, task, ['words']);
  const forms = (['pairs', 'table', 'sampler'] as const).filter((form) => form in task);
  if (forms.length !== 1)
    throw new PartFault(
      part,
      'form',
      `has ${forms.length === 0 ? 'none' : forms.join(' and ')} of pairs, table and sampler; allowed is one of them`,
    );
  if ('pairs' in task) return marked(pairForm(part, task), part);
  if ('table' in task) return marked(tableForm(part, task), part);
  return marked(drawnForm(part, task), part);
}

/** What the forms have in common, with guarded functions. */
function common<K extends string, P extends ParameterSchemas>(
  part: PartMark,
  task: OwnTaskBase<K, P>,
  answers: (spec: SpecOf<K, P>) => number,
) {
  const words = guarded(
    part,
    'words',
    (spec: SpecOf<K, P>) => task.words(spec),
    (told) =>
      typeof told?.title === 'string' ? undefined : `returned ${shown(told)} without a title, a text`,
  );
  const exampleText = task.exampleText?.bind(task);
  const rules = task.rules?.bind(task);
  return {
    kind: task.kind,
    parameters: task.parameters ?? ({} as P),
    teaches: task.teaches,
    words: (spec: SpecOf<K, P>): TaskWords => {
      const told = words(spec);
      return {
        examples: 'examples',
        ...told,
        answers: told.answers ?? { count: answers(spec), words: 'its answers' },
      };
    },
    ...(exampleText ? { exampleText: guarded(part, 'exampleText', exampleText) } : {}),
    ...(rules ? { rules: guarded(part, 'rules', rules) } : {}),
    ...(task.recipe === undefined ? {} : { recipe: task.recipe }),
    ...(task.presets === undefined ? {} : { presets: task.presets }),
  };
}

const eitherOf = <T>(value: OrError<T>): E.Either<TaskError, T> =>
  typeof value === 'object' && value !== null && '_tag' in value
    ? (value as E.Either<TaskError, T>)
    : E.right(value as T);

/** The result of a function that may refuse a spec, for texts, which cannot refuse one. */
const orElse = <T>(found: E.Either<TaskError, T>, otherwise: T): T =>
  E.isRight(found) ? found.right : otherwise;

function pairForm<K extends string, P extends ParameterSchemas>(
  part: PartMark,
  task: OwnPairTask<K, P>,
): TableTask<K, P> {
  const given = guarded(part, 'pairs', (spec: SpecOf<K, P>) => eitherOf(task.pairs(spec)));
  const pairs = (spec: SpecOf<K, P>): E.Either<TaskError, Pairs> =>
    pipe(
      given(spec),
      E.map((found) => {
        const { n, names } = found;
        if (!(Number.isInteger(n) && n >= 1))
          throw new PartFault(part, 'pairs', `n is ${shown(n)}; allowed is an integer of at least 1`);
        if (names !== undefined && names.length !== n)
          throw new PartFault(
            part,
            'pairs',
            `names ${names.length} things of ${n}; allowed is a name for each`,
          );
        if (typeof found.answer !== 'function')
          throw new PartFault(
            part,
            'pairs',
            `answer is ${shown(found.answer)}; allowed is a function of a and b`,
          );
        return {
          firstB: 0,
          ...found,
          answer: guarded<[number, number], number>(
            part,
            ([a, b]) => `answer(${a}, ${b})`,
            (a, b) => found.answer(a, b),
            (answer) =>
              Number.isInteger(answer) && answer >= 0 && answer < n
                ? undefined
                : `returned ${shown(answer)}; allowed is an integer from 0 to ${n - 1}`,
          ),
        };
      }),
    );
  const thingsOf = (spec: SpecOf<K, P>): number => orElse(E.map(({ n }: Pairs) => n)(pairs(spec)), Infinity);
  const made = common(part, task, thingsOf);
  return pairTask<K, P>({
    exampleText: (spec, { at, answers }) =>
      `${at(0)} ${made.words(spec).sign ?? ','} ${at(1)} → ${answers[0]}`,
    ...made,
    exampleCount: (spec) => orElse(E.map(({ n, firstB }: Pairs) => n * (n - firstB))(pairs(spec)), NaN),
    pairs,
  });
}

function tableForm<K extends string, P extends ParameterSchemas>(
  part: PartMark,
  task: OwnTableTask<K, P>,
): TableTask<K, P> {
  const given = guarded(part, 'table', (spec: SpecOf<K, P>) => eitherOf(task.table(spec)));
  const table = onceForEach((spec: SpecOf<K, P>): E.Either<TaskError, Table> =>
    pipe(
      given(spec),
      E.map((found) => completed(part, task, found)),
    ),
  );
  const made = common(part, task, (spec) =>
    orElse(E.map(({ dVocabOut }: Table) => dVocabOut)(table(spec)), Infinity),
  );
  return tableTask<K, P>({
    exampleText: readTokens,
    ...made,
    exampleCount: (spec) => orElse(E.map(({ nExamples }: Table) => nExamples)(table(spec)), NaN),
    shape: (spec) => pipe(table(spec), E.map(shapeOfTable)),
    table,
  });
}

/** A function of a spec that is computed once for each: shape, number and words of a table are all read from it. */
function onceForEach<S extends object, R>(make: (spec: S) => R): (spec: S) => R {
  const known = new WeakMap<S, R>();
  return (spec) => {
    const found = known.get(spec) ?? make(spec);
    known.set(spec, found);
    return found;
  };
}

/** Every token, an arrow, the answers. */
function readTokens(_: unknown, { at, answers, length }: ExampleReader): string {
  const tokens = Array.from({ length }, (_unused, position) => at(position));
  return `${tokens.join(' ')} → ${answers.join(' ')}`;
}

function shapeOfTable({
  tokens: _t,
  labels: _l,
  scoredPositions: _s,
  nExamples: _n,
  structure: _st,
  ...shape
}: Table): TaskShape {
  return shape;
}

function drawnForm<K extends string, P extends ParameterSchemas>(
  part: PartMark,
  task: OwnDrawnTask<K, P>,
): Task<K, P> {
  requireFunctions(part, task, ['exampleCount']);
  const sampler = guarded(part, 'sampler', (spec: SpecOf<K, P>): SampledTask => {
    const made = task.sampler(spec);
    const { dVocab, dVocabOut } = made;
    return {
      ...made,
      kind: task.kind,
      teaches: task.teaches,
      draw: guarded(
        part,
        'sampler, draw',
        (random, row) => made.draw(random, row),
        (_, [, { tokens, labels }]) =>
          rangeProblem(tokens, dVocab, (i) => `token ${i}`) ??
          rangeProblem(labels, dVocabOut, (i) => `label ${i}`),
      ),
    };
  });
  return drawnTask<K, P>({
    exampleText: readTokens,
    ...common(part, task, (spec) => sampler(spec).answers.length),
    exampleCount: guarded(
      part,
      'exampleCount',
      (spec: SpecOf<K, P>) => task.exampleCount(spec),
      (count) => (count >= 1 ? undefined : `returned ${shown(count)}; allowed is a number of at least 1`),
    ),
    sampler,
  });
}
