import type { Observable } from 'rxjs';
import { NEVER, of, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { whileHeld } from './while-held.js';

/** A resource that opens on request and records what happens to it. */
function resource() {
  const log: string[] = [];
  let opened = (): void => undefined;
  let failed = (_: Error): void => undefined;
  const open = (signal: AbortSignal): Promise<string> => {
    log.push('opening');
    signal.addEventListener('abort', () => log.push('aborted'));
    return new Promise((resolve, reject) => {
      opened = () => resolve('it');
      failed = reject;
    });
  };
  return {
    log,
    open,
    close: (what: string) => log.push(`closed ${what}`),
    opened: async () => (opened(), new Promise<void>((resolve) => setImmediate(resolve))),
    failed: async (why: Error) => (failed(why), new Promise<void>((resolve) => setImmediate(resolve))),
  };
}

function listen(stream$: Observable<unknown>, log: string[]) {
  return stream$.subscribe({
    next: (value) => log.push(`next ${String(value)}`),
    error: (thrown: Error) => log.push(`error ${thrown.message}`),
    complete: () => log.push('complete'),
  });
}

describe('a stream that holds something', () => {
  it('opens nothing before it is subscribed to, and closes it at its end', async () => {
    const { log, open, close, opened } = resource();
    const stream$ = whileHeld(open, close, (what) => of(`${what} 1`, `${what} 2`));
    expect(log).toEqual([]);
    listen(stream$, log);
    await opened();
    expect(log.filter((line) => line !== 'aborted')).toEqual([
      'opening',
      'next it 1',
      'next it 2',
      'complete',
      'closed it',
    ]);
  });

  it('closes it when the stream errors', async () => {
    const { log, open, close, opened } = resource();
    listen(
      whileHeld(open, close, () => throwError(() => new Error('no'))),
      log,
    );
    await opened();
    expect(log.filter((line) => line !== 'aborted')).toEqual(['opening', 'error no', 'closed it']);
  });

  it('closes it when nobody listens any more', async () => {
    const { log, open, close, opened } = resource();
    const listening = listen(
      whileHeld(open, close, () => NEVER),
      log,
    );
    await opened();
    listening.unsubscribe();
    expect(log.filter((line) => line !== 'aborted')).toEqual(['opening', 'closed it']);
  });

  it('closes it when nobody listened any more before it was open, and does not use it', async () => {
    const { log, open, close, opened } = resource();
    listen(
      whileHeld(open, close, () => of('used')),
      log,
    ).unsubscribe();
    expect(log).toEqual(['opening', 'aborted']);
    await opened();
    expect(log).toEqual(['opening', 'aborted', 'closed it']);
  });

  it('errors with what stood in the way of opening it', async () => {
    const { log, open, close, failed } = resource();
    listen(
      whileHeld(open, close, () => NEVER),
      log,
    );
    await failed(new Error('held'));
    expect(log.filter((line) => line !== 'aborted')).toEqual(['opening', 'error held']);
  });
});
