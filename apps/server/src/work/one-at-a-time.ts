/** A queue of work, done one piece at a time so that runs keep their cores; a limited number may wait. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();
  private pending = 0;

  constructor(private readonly maxWaiting: number) {}

  /** Does `work` after everything queued before it; undefined if too many wait already. */
  add<T>(work: () => Promise<T>): Promise<T> | undefined {
    // The first of them is not waiting but in progress.
    if (this.pending > this.maxWaiting) return undefined;
    this.pending += 1;
    const done = this.last.then(work).finally(() => (this.pending -= 1));
    this.last = done.catch(() => undefined);
    return done;
  }
}
