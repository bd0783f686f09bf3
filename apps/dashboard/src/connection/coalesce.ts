import { Observable } from 'rxjs';
import type { RunFact } from '../run/run-state.js';

/**
 * Schedules one callback soon: an animation frame in a visible page, a slow timer in a hidden one. Returns a function
 * that cancels it.
 */
export type NextFrame = (callback: () => void) => () => void;

const isSameTensor = (a: RunFact, b: RunFact): boolean =>
  a.kind === 'tensor' && b.kind === 'tensor' && a.tensor.name === b.tensor.name;

/**
 * Gathers facts and emits them together, once per frame: only if there are any, in order and none lost, except that a
 * tensor replaces an older one of its name (drawing outdated values helps nobody). On completion or error, what was
 * gathered is emitted first.
 */
export const coalesce =
  (nextFrame: NextFrame) =>
  (source$: Observable<RunFact>): Observable<readonly RunFact[]> =>
    new Observable((subscriber) => {
      let gathered: RunFact[] = [];
      let cancel: (() => void) | null = null;
      const flush = (): void => {
        cancel = null;
        if (gathered.length === 0) return;
        const batch = gathered;
        gathered = [];
        subscriber.next(batch);
      };
      const subscription = source$.subscribe({
        next: (fact) => {
          if (fact.kind === 'tensor') gathered = gathered.filter((older) => !isSameTensor(older, fact));
          gathered.push(fact);
          cancel ??= nextFrame(flush);
        },
        error: (error: unknown) => {
          flush();
          subscriber.error(error);
        },
        complete: () => {
          flush();
          subscriber.complete();
        },
      });
      return () => {
        cancel?.();
        subscription.unsubscribe();
      };
    });

/**
 * What a run reports about one step (metrics, then one tensor after another) arrives within this many milliseconds:
 * drawn together it costs one frame, not one for each, and the run on the same machine keeps its cores.
 */
const TOGETHER_MS = 100;
const HIDDEN_MS = 500;

/**
 * The browser's frames, after a short wait for more facts; a hidden page has no frames, so there it is a slower timer
 * alone.
 */
export const browserFrame: NextFrame = (callback) => {
  let frame = 0;
  const draw = (): void => {
    frame = requestAnimationFrame(callback);
  };
  const timer = document.hidden ? setTimeout(callback, HIDDEN_MS) : setTimeout(draw, TOGETHER_MS);
  return () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
};
