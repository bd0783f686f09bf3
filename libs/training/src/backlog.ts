import type { Observable, Subscription } from 'rxjs';

/** Items that may wait for their listener before the run waits too. */
export const MOST_WAITING = 32;

/**
 * How many items a run is ahead of its listener. Where the listener says what it has taken (`taken$`, a value for each
 * item), the run waits at a step border while more than `MOST_WAITING` items are untaken; without `taken$` it never does.
 */
export class Backlog {
  #waiting = 0;
  #wake: (() => void) | undefined;
  #isOpen: boolean;
  readonly #subscription: Subscription | undefined;

  constructor(taken$: Observable<unknown> | undefined, onError: (error: unknown) => void) {
    this.#isOpen = taken$ === undefined;
    this.#subscription = taken$?.subscribe({
      next: () => {
        this.#waiting -= 1;
        this.#wakeIfRoom();
      },
      error: onError,
      // Nobody counts any more.
      complete: () => this.close(),
    });
  }

  /** An item goes out. */
  add(): void {
    this.#waiting += 1;
  }

  get isFull(): boolean {
    return !this.#isOpen && this.#waiting > MOST_WAITING;
  }

  /** Resolves once there is room, or the backlog is closed; at once where either is so already. */
  async room(): Promise<void> {
    if (this.isFull) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  /** From now on there is always room. */
  close(): void {
    this.#isOpen = true;
    this.#subscription?.unsubscribe();
    this.#wakeIfRoom();
  }

  #wakeIfRoom(): void {
    if (!this.isFull) this.#wake?.();
  }
}
