import type { Observable, Subscription } from 'rxjs';
import { admitCommand } from './admit-command.js';
import type { TrainingCommand } from '../item.js';

/** Commands as the step loop takes them: queued as they come, read at step borders, waited for while paused. */
export class CommandQueue {
  readonly #waiting: TrainingCommand[] = [];
  readonly #subscription: Subscription | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(commands$: Observable<TrainingCommand> | undefined, onError: (error: unknown) => void) {
    this.#subscription = commands$?.subscribe({
      next: (command) => {
        // Whatever door it came by: what is not a command is refused here at the latest.
        this.#waiting.push(admitCommand(command, 'code'));
        this.#wake?.();
      },
      error: onError,
    });
  }

  take(): TrainingCommand | undefined {
    return this.#waiting.shift();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Resolves when there is a command, or when the queue is closed; at once where either is so already. */
  async next(): Promise<void> {
    if (!this.isEmpty || this.#closed) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  close(): void {
    this.#closed = true;
    this.#subscription?.unsubscribe();
    this.#wake?.();
  }
}
