import { InvalidSpec, specError, type RunSpec } from '@grokscope/schema';
import type { ToldItem } from '@grokscope/training';
import * as E from 'fp-ts/lib/Either.js';
import { lastValueFrom, takeWhile, toArray, type Observable } from 'rxjs';
import { nameOf, markOf, type PartMark } from './defined.js';
import { hasOwnParts, type OwnParts } from './own-parts.js';

/** Measures at every step; the trial ends after the first. */
const OBSERVED = { metricsEvery: 1, progressEvery: 1, checkpointEvery: 1 } as const;

/**
 * Makes the first step of a run whose parts are not all built in, and keeps nothing: a part that throws, or returns a
 * wrong shape or numbers that are not finite, is found before the run exists. Left: the part, its rule and the author's
 * line.
 *
 * @param train the stream of the run, engine and all
 */
export async function tryParts(
  spec: RunSpec,
  own: OwnParts,
  train: (spec: RunSpec) => Observable<ToldItem>,
): Promise<E.Either<InvalidSpec, void>> {
  if (!hasOwnParts(own)) return E.right(undefined);
  const { stopWhen: _, ...training } = spec.training;
  const trial: RunSpec = { ...spec, training, observe: { ...spec.observe, ...OBSERVED } };
  const refuse = (message: string): E.Either<InvalidSpec, never> =>
    E.left(new InvalidSpec([specError('use', spec.use, 'parts whose first step can be made', message)]));
  let items: readonly ToldItem[];
  try {
    const first$ = train(trial).pipe(
      takeWhile((item) => !isAfter(item), true),
      toArray(),
    );
    items = await lastValueFrom(first$);
  } catch (thrown) {
    if (thrown instanceof InvalidSpec) return E.left(thrown);
    return refuse(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const problem = problemOf(items, spec, own);
  return problem === undefined ? E.right(undefined) : refuse(problem);
}

/** Whether the first step has been made and measured. */
const isAfter = (item: ToldItem): boolean =>
  item.type === 'ended' || (item.type === 'snapshot' && item.step >= 1);

/** Describes what in the first step is not a number, and the parts that may have caused it. */
function problemOf(items: readonly ToldItem[], spec: RunSpec, own: OwnParts): string | undefined {
  for (const item of items) {
    if (item.type === 'ended' && item.reason === 'failed') return item.message ?? 'the first step failed';
    if (item.type === 'metrics' && item.trainLoss === null)
      return (
        `the loss at step ${item.step} is not a finite number; it is made by ` +
        blamed(
          spec,
          own,
          item.step === 0 ? ['task', 'model', 'activation', 'loss'] : ['optimizer', 'gradientStep', 'loss'],
        )
      );
    if (item.type === 'progress')
      for (const measure of own.measures) {
        const { name } = measure;
        const value = (item as unknown as Readonly<Record<string, unknown>>)[name];
        // In an event, null stands for a number that is not finite.
        const at = item.measures?.[name] === null ? 'a number that is not finite' : badNumber(value);
        if (at !== undefined)
          return `measure ${name}, of: returned ${at} at step ${item.step}; allowed are finite numbers, or undefined where there is none`;
      }
    if (item.type === 'snapshot') {
      const bad = item.weights.find(({ data }) => data.some((value) => !Number.isFinite(value)));
      if (bad)
        return `${bad.name} is not finite at step ${item.step}; it is made by ${blamed(spec, own, ['optimizer', 'gradientStep', 'model'])}`;
    }
  }
  return undefined;
}

/** The first number in a value that is not finite, as text. */
function badNumber(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const found = badNumber(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The parts of these roles that a spec names and that are not built in. */
function blamed(
  { task, model, optimizer, training }: RunSpec,
  { catalogue }: OwnParts,
  roles: readonly PartMark['role'][],
): string {
  const named = new Set<unknown>([task.kind, model.kind, model.actFn, optimizer.kind, training.loss]);
  const { tasks, models, activations, optimizers, gradientSteps, losses } = catalogue;
  const marks = [...tasks, ...models, ...activations, ...optimizers, ...gradientSteps, ...losses].flatMap(
    (part) => {
      const mark = markOf(part);
      const isNamed = named.has(part.kind) || mark?.role === 'gradientStep';
      return mark && isNamed && roles.includes(mark.role) ? [nameOf(mark)] : [];
    },
  );
  return marks.length > 0 ? marks.join(', ') : 'built-in parts';
}
