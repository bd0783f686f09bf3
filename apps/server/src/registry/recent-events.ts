import type { StoredEvent } from './stored-event.js';

const MOST = 1000;

/** The last events of a run, without a gap: a reader that lags a little need not read them from the disk. */
export class RecentEvents {
  private events: StoredEvent[] = [];

  /** Adds the newest event; after a gap, the earlier ones are discarded. */
  add(event: StoredEvent): void {
    const last = this.events.at(-1);
    if (last !== undefined && event.seq !== last.seq + 1) this.events = [];
    this.events.push(event);
    if (this.events.length >= 2 * MOST) this.events = this.events.slice(-MOST);
  }

  /** The events after `seq`; undefined unless it is certain that none is missing. */
  after(seq: number): readonly StoredEvent[] | undefined {
    const first = this.events[0];
    return first === undefined || first.seq > seq + 1 ? undefined : this.events.slice(seq + 1 - first.seq);
  }
}
