/** Work that others wait for, one piece at a time so that runs keep their cores; so many may wait, and no more. */
export class OneAtATime {
  private last: Promise<unknown> = Promise.resolve();
  private pending = 0;

  constructor(private readonly maxWaiting: number) {}

  /** Does `work` once all before it is over; undefined where too many wait already. */
  add<T>(work: () => Promise<T>): Promise<T> | undefined {
    // The first of them is not waiting but being done.
    if (this.pending > this.maxWaiting) return undefined;
    this.pending += 1;
    const done = this.last.then(work).finally(() => (this.pending -= 1));
    this.last = done.catch(() => undefined);
    return done;
  }
}
