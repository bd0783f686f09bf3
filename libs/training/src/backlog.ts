import type { Observable, Subscription } from 'rxjs';

/** The most items that may wait for the listener before the run waits too. */
export const MOST_WAITING = 32;

/**
 * Counts how many items a run is ahead of its listener. If the listener reports what it has taken (`taken$`, a value
 * for each item), the run waits between steps while more than `MOST_WAITING` items are pending; without `taken$` it
 * never waits.
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
      // Nothing counts any more.
      complete: () => this.close(),
    });
  }

  /** Counts an emitted item. */
  add(): void {
    this.#waiting += 1;
  }

  get isFull(): boolean {
    return !this.#isOpen && this.#waiting > MOST_WAITING;
  }

  /** Resolves once there is room, or the backlog is closed; at once if either already holds. */
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
