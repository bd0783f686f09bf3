import type { Subscription } from 'rxjs';
import type { StoredLine } from '@grokscope/store';
import { EventCursor, readFailure } from '@grokscope/store';
import { SessionFailure } from '../errors.js';
import type { Outbox } from '../socket/outbox.js';
import type { RunFeed } from './run-feed.js';
import { StoredEvent } from './stored-event.js';

/** How much a lagging client reads from the disk at a time. */
const PAGE_BYTES = 64 << 10;
/** Delay until the feed knows how far the run is, or a file system shows what its writer has reported. */
const LATE_MS = 20;

/**
 * One client's position in the events of one run: those after `since`, in order, each once; calls `onCaughtUp` once
 * everything that was stored has been sent. A client that keeps up gets events as they happen. A slower one reads them
 * from the file at its own pace, so that nothing is kept for it here; nothing is left out either way.
 */
export class RunFollower {
  private last: number;
  private isLive = false;
  private wasCaughtUp = false;
  private isClosed = false;
  private cursor: EventCursor | undefined;
  private readonly live: Subscription;

  constructor(
    private readonly feed: RunFeed,
    since: number,
    private readonly outbox: Outbox,
    private readonly onCaughtUp: (seq: number) => void,
    private readonly onFailure: (failure: unknown) => void,
  ) {
    this.last = since;
    this.live = feed.events$.subscribe({ next: (event) => this.hear(event), error: onFailure });
    if (!this.live.closed) this.readOn();
  }

  close(): void {
    this.isClosed = true;
    this.live.unsubscribe();
  }

  private hear(event: StoredEvent): void {
    if (!this.isLive || event.seq <= this.last) return;
    if (event.seq === this.last + 1 && this.outbox.hasRoom) {
      this.tell(event);
      return;
    }
    this.isLive = false;
    this.readOn();
  }

  private readOn(): void {
    if (this.isClosed) return;
    this.outbox.turn(async () => {
      if (this.isClosed) return;
      const known = this.feed.after(this.last);
      if (known !== undefined) return this.goLive(known);
      try {
        this.send(await this.page());
      } catch (thrown) {
        this.fail(thrown);
      }
    });
  }

  /** Sends an event; returns false if the line is not one, since a damaged file must not pass for a run. */
  private tell(event: StoredEvent): boolean {
    try {
      this.outbox.event(event.message);
    } catch (thrown) {
      this.fail(thrown);
      return false;
    }
    this.last = event.seq;
    return true;
  }

  private fail(thrown: unknown): void {
    if (this.isClosed) return;
    this.close();
    const error = readFailure(this.feed.reader.folder, thrown);
    this.onFailure(new SessionFailure({ _tag: 'Store', error }));
  }

  private goLive(known: readonly StoredEvent[]): void {
    for (const event of known) {
      if (!this.outbox.hasRoom) return this.readOn();
      if (!this.tell(event)) return;
    }
    this.isLive = true;
    this.cursor = undefined;
    if (!this.wasCaughtUp) this.onCaughtUp(this.last);
    this.wasCaughtUp = true;
  }

  private page(): Promise<readonly StoredLine[]> {
    this.cursor ??= new EventCursor(this.feed.reader.folder, this.feed.nearest(this.last));
    return this.cursor.next(PAGE_BYTES);
  }

  private send(lines: readonly StoredLine[]): void {
    if (this.isClosed) return;
    for (const { seq, line } of lines) {
      if (seq <= this.last) continue;
      if (!this.tell(StoredEvent.ofLine(seq, line))) return;
    }
    if (lines.length > 0) this.readOn();
    else setTimeout(() => this.readOn(), LATE_MS);
  }
}
