import * as E from 'fp-ts/lib/Either.js';
import { Observable, concatMap, defer, distinct, filter, from, mergeMap, startWith } from 'rxjs';
import type { Tensor } from '@grokscope/formats';
import type { RunReader } from '@grokscope/store';
import { followRun } from './follow-run.js';
import type { OwnRun } from './registry.js';
import type { TensorAtStep } from './tensor-hub.js';

/**
 * The named tensors of a run, the newest known at once: from its process where this server started it, else
 * from its newest checkpoint and every one that follows. A tensor comes again only when at least `everySteps`
 * steps have passed since it came last; the last one of a run comes in any case. Names the run does not have
 * are left out. Completes with the run.
 */
export function watchTensors(
  reader: RunReader,
  own: OwnRun | undefined,
  names: readonly string[],
  everySteps: number,
): Observable<TensorAtStep> {
  const tensors$ = own === undefined ? fromCheckpoints(reader, names) : own.hub.watch(names);
  return tensors$.pipe(thinned(everySteps));
}

function fromCheckpoints(reader: RunReader, names: readonly string[]): Observable<TensorAtStep> {
  const newCheckpoints$ = defer(async () => {
    const events = await reader.readEvents()();
    return E.isRight(events) ? events.right.length - 1 : -1;
  }).pipe(
    mergeMap((since) => followRun(reader, undefined, since)),
    filter((followed) => followed.kind === 'event' && followed.event.type === 'checkpoint'),
  );
  return newCheckpoints$.pipe(
    startWith(null),
    concatMap(() => reader.readCheckpoint('newest')()),
    // Before the first checkpoint there is nothing to show, and a damaged one shows nothing either.
    mergeMap((checkpoint) => (E.isRight(checkpoint) ? [checkpoint.right] : [])),
    distinct(({ step }) => step),
    mergeMap(({ step, tensors }) =>
      from(names).pipe(
        mergeMap((name) => tensorAt(step, name, Object.hasOwn(tensors, name) ? tensors[name] : undefined)),
      ),
    ),
  );
}

function tensorAt(step: number, name: string, tensor: Tensor | undefined): readonly TensorAtStep[] {
  if (tensor === undefined || tensor.dtype !== 'F32') return [];
  return [{ step, tensor: { name, shape: tensor.shape, data: tensor.data } }];
}

/** Each tensor at most every so many steps, and its last one. */
export function thinned(everySteps: number): (source$: Observable<TensorAtStep>) => Observable<TensorAtStep> {
  return (source$) =>
    new Observable((subscriber) => {
      const told = new Map<string, number>();
      const left = new Map<string, TensorAtStep>();
      return source$.subscribe({
        next: (at) => {
          const { name } = at.tensor;
          const before = told.get(name);
          if (before !== undefined && at.step - before < everySteps) {
            if (at.step > before) left.set(name, at);
            return;
          }
          told.set(name, at.step);
          left.delete(name);
          subscriber.next(at);
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          for (const at of left.values()) subscriber.next(at);
          subscriber.complete();
        },
      });
    });
}
