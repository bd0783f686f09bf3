import type { WebSocket } from 'ws';
import { Budget } from './budget.js';

/** The part of a WebSocket that can be slowed down; replaced in tests. */
export type Readable = Pick<WebSocket, 'pause' | 'resume'>;

/** A message costs 1, plus 1 for each of this many bytes. */
const BYTES_PER_COST = 4096;
const RATE = { perSecond: 2000, burst: 4000 };

/**
 * How fast a client's messages are read. A client that sends too fast, or sends requests without reading the responses,
 * is not refused but read later: its messages wait on its own side of the connection.
 */
export class Pace {
  private readonly budget: Budget;
  private timer: NodeJS.Timeout | undefined;
  private isHeld = false;
  private isPaused = false;

  constructor(
    private readonly socket: Readable,
    now: () => number = Date.now,
  ) {
    this.budget = new Budget(RATE, now);
  }

  /** Counts a message of this many bytes. */
  spend(bytes: number): void {
    const waitMs = this.budget.spend(1 + bytes / BYTES_PER_COST);
    if (waitMs === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.update();
    }, waitMs);
    this.update();
  }

  /** While held, nothing is read. */
  hold(isHeld: boolean): void {
    this.isHeld = isHeld;
    this.update();
  }

  close(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isHeld = false;
    // A closing socket discards what still arrives, so it must not wait for ever to be read.
    this.update();
  }

  private update(): void {
    const shouldPause = this.isHeld || this.timer !== undefined;
    if (shouldPause === this.isPaused) return;
    this.isPaused = shouldPause;
    if (shouldPause) this.socket.pause();
    else this.socket.resume();
  }
}
