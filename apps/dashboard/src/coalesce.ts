import { Observable } from 'rxjs';
import type { RunFact } from './run-state.js';

/** Calls back once, soon: an animation frame in a visible page, a slow timer in a hidden one. Returns a cancel. */
export type NextFrame = (callback: () => void) => () => void;

const isSameTensor = (a: RunFact, b: RunFact): boolean =>
  a.kind === 'tensor' && b.kind === 'tensor' && a.tensor.name === b.tensor.name;

/**
 * Gathers facts and hands them on together, once per frame: only when there are any, in order, none lost, save
 * that a tensor replaces an older one of its name (drawing what is no longer true helps nobody). On completion
 * or error, what was gathered is handed on first.
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

/** The browser's frames; a hidden page has none, so there it is a timer of half a second. */
export const browserFrame: NextFrame = (callback) => {
  if (document.hidden) {
    const timer = setTimeout(callback, 500);
    return () => clearTimeout(timer);
  }
  const frame = requestAnimationFrame(callback);
  return () => cancelAnimationFrame(frame);
};
