import { EMPTY, Observable } from 'rxjs';
import type { TrainingCommand } from '@grokscope/training';

/** An `interrupt` once `signal` aborts (at once if it has); neither completes nor errors while it may still come. */
export function interruptOnAbort(signal: AbortSignal | undefined): Observable<TrainingCommand> {
  if (signal === undefined) return EMPTY;
  return new Observable((subscriber) => {
    const interrupt = (): void => subscriber.next({ command: 'interrupt' });
    if (signal.aborted) interrupt();
    signal.addEventListener('abort', interrupt);
    return () => signal.removeEventListener('abort', interrupt);
  });
}
