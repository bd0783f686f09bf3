import type { Subscription } from 'rxjs';
import type { StoredLine } from '@grokscope/store';
import { EventCursor, MalformedLine, readFailure } from '@grokscope/store';
import { SessionFailure } from './errors.js';
import type { Outbox } from './outbox.js';
import type { RunFeed } from './run-feed.js';
import { StoredEvent } from './stored-event.js';

/** What a client that lags takes from the disk at a time. */
const PAGE_BYTES = 64 << 10;
/** For a file system that shows a line later than its writer was told of it. */
const LATE_MS = 20;
const MAX_LATE = 250;

/**
 * One client's place in the events of one run: those after `since`, in order, each once; `onCaughtUp` once all that was
 * stored is sent. A client that keeps up gets events as they happen. One that does not reads them from the file in its
 * own time, so that nothing is kept for it here; nothing is left out either way.
 */
export class RunFollower {
  private last: number;
  private isLive = false;
  private wasCaughtUp = false;
  private isClosed = false;
  private late = 0;
  private cursor: EventCursor;
  private readonly live: Subscription;

  constructor(
    private readonly feed: RunFeed,
    since: number,
    private readonly outbox: Outbox,
    private readonly onCaughtUp: (seq: number) => void,
    private readonly onFailure: (failure: unknown) => void,
  ) {
    this.last = since;
    this.cursor = this.cursorAt(since);
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
      this.last = event.seq;
      this.outbox.event(event.message);
      return;
    }
    this.isLive = false;
    this.cursor = this.cursorAt(this.last);
    this.readOn();
  }

  private cursorAt(seq: number): EventCursor {
    return new EventCursor(this.feed.reader.folder, this.feed.nearest(seq));
  }

  private readOn(): void {
    this.outbox.turn(async () => {
      if (this.isClosed) return;
      try {
        this.send(await this.cursor.next(PAGE_BYTES));
      } catch (thrown) {
        if (this.isClosed) return;
        this.close();
        const error = readFailure(this.feed.reader.folder, thrown);
        this.onFailure(new SessionFailure({ _tag: 'Store', error }));
      }
    });
  }

  private send(lines: readonly StoredLine[]): void {
    if (this.isClosed) return;
    for (const { seq, line } of lines) {
      if (seq <= this.last) continue;
      checkLine(seq, line);
      this.last = seq;
      this.outbox.event(StoredEvent.ofLine(seq, line).message);
    }
    if (lines.length > 0) {
      this.late = 0;
      return this.readOn();
    }
    if (this.feed.lastSeq > this.last && this.late++ < MAX_LATE) {
      setTimeout(() => this.readOn(), LATE_MS);
      return;
    }
    this.isLive = true;
    if (!this.wasCaughtUp) this.onCaughtUp(this.last);
    this.wasCaughtUp = true;
  }
}

/** Throws `MalformedLine` where a line is not the event that is due: a damaged file must not pass for a run. */
function checkLine(seq: number, line: Buffer): void {
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    throw new MalformedLine(seq + 1, 'not a JSON object');
  }
  const found = (value as { seq?: unknown } | null)?.seq;
  if (found !== seq) throw new MalformedLine(seq + 1, `seq is ${String(found)} where ${seq} was due`);
}
