import { Observable, concatMap, concatWith, filter, mergeMap, of, startWith, switchMap } from 'rxjs';
import type { RunFeed } from '../registry/run-feed.js';
import type { TensorAtStep } from './tensor-at-step.js';

/** A tensor, or a mark that those emitted so far are the newest for now. */
type TensorNews = TensorAtStep | 'settled';

/**
 * The named tensors of a run, the newest known at once: from its process while that is one of this server's, otherwise
 * from its newest checkpoint and every later one. A tensor is emitted again only when at least `everySteps` steps have
 * passed since its last emission; the last one of a run is always emitted. Names that the run does not have are left
 * out.
 */
export function watchTensors(
  feed: RunFeed,
  names: readonly string[],
  everySteps: number,
): Observable<TensorAtStep> {
  return feed.owner$.pipe(
    switchMap((own): Observable<TensorNews> =>
      own === undefined
        ? fromCheckpoints(feed, names)
        : own.hub.watch(names, everySteps).pipe(concatWith(of('settled' as const))),
    ),
    thinned(everySteps),
  );
}

function fromCheckpoints(feed: RunFeed, names: readonly string[]): Observable<TensorNews> {
  return feed.events$.pipe(
    filter(({ type }) => type === 'checkpoint' || type === 'ended'),
    startWith(null),
    concatMap(() => feed.newestCheckpoint()),
    mergeMap((tensors) => {
      const known = names.flatMap((name) => tensors.get(name) ?? []);
      return feed.isOver ? [...known, 'settled' as const] : known;
    }),
  );
}

/** Each tensor at most at this interval in steps, and the last one before everything has settled. */
export function thinned(everySteps: number): (source$: Observable<TensorNews>) => Observable<TensorAtStep> {
  return (source$) =>
    new Observable((subscriber) => {
      const told = new Map<string, number>();
      const left = new Map<string, TensorAtStep>();
      const tell = (at: TensorAtStep): void => {
        told.set(at.tensor.name, at.step);
        left.delete(at.tensor.name);
        subscriber.next(at);
      };
      const settle = (): void => {
        for (const at of [...left.values()]) tell(at);
      };
      return source$.subscribe({
        next: (at) => {
          if (at === 'settled') return settle();
          const before = told.get(at.tensor.name);
          if (before === undefined || at.step - before >= everySteps) tell(at);
          else if (at.step > before) left.set(at.tensor.name, at);
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          settle();
          subscriber.complete();
        },
      });
    });
}
