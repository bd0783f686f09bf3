import type { Observable, Subscription } from 'rxjs';
import { admitCommand } from './admit-command.js';
import type { TrainingCommand } from '../item.js';

/** Commands as the step loop takes them: queued on arrival, read between steps, awaited while paused. */
export class CommandQueue {
  readonly #waiting: TrainingCommand[] = [];
  readonly #subscription: Subscription | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(commands$: Observable<TrainingCommand> | undefined, onError: (error: unknown) => void) {
    this.#subscription = commands$?.subscribe({
      next: (command) => {
        // Whatever its source, an invalid command is refused here at the latest.
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

  /** Resolves when there is a command, or when the queue is closed; at once if either already holds. */
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
