import type { Observable } from 'rxjs';
import { EMPTY, NEVER, concat, fromEvent, map, of, take } from 'rxjs';
import type { TrainingCommand } from '@grokscope/training';

/**
 * Emits an `interrupt` once `signal` aborts (at once if it already has); neither completes nor errors while one may
 * still follow.
 */
export function interruptOnAbort(signal: AbortSignal | undefined): Observable<TrainingCommand> {
  if (signal === undefined) return EMPTY;
  const aborted$ = signal.aborted ? of(undefined) : fromEvent(signal, 'abort').pipe(take(1));
  return concat(aborted$, NEVER).pipe(map(() => ({ command: 'interrupt' })));
}
