import { Observable, finalize } from 'rxjs';

/**
 * Emits what `use` makes of a resource, as a cold Observable. Subscribing opens the resource; it is closed once, when
 * the stream completes, errors or is unsubscribed from, even if that happens while it is still being opened (`signal`
 * then aborts). Errors: what `open` rejects with; those of `use` pass through.
 *
 * @example
 * whileHeld(() => open(path), (file) => file.close(), (file) => linesOf(file)).subscribe(console.log);
 */
export function whileHeld<R, T>(
  open: (signal: AbortSignal) => Promise<R>,
  close: (resource: R) => unknown,
  use: (resource: R) => Observable<T>,
): Observable<T> {
  return new Observable((subscriber) => {
    const unsubscribed = new AbortController();
    open(unsubscribed.signal).then(
      (resource) => {
        if (unsubscribed.signal.aborted) close(resource);
        else
          use(resource)
            .pipe(finalize(() => void close(resource)))
            .subscribe(subscriber);
      },
      (thrown: unknown) => subscriber.error(thrown),
    );
    return () => unsubscribed.abort();
  });
}
