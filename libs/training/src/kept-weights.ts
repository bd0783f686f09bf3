import type { NamedTensor } from '@grokscope/model';

/** Checkpoints are kept in memory while they take at most this (256 MiB). */
const KEPT_BYTES = 2 ** 28;

/**
 * The weights of a run's checkpoints, for looks back at them. Where they take more room than they may, every other one
 * is let go and from then on only every second, fourth … is kept; the newest always. Which they are depends on nothing
 * but the steps of the checkpoints, so that a resumed run keeps what it would have kept.
 */
export class KeptWeights {
  readonly #weights = new Map<number, readonly NamedTensor[]>();
  /** Steps in the order they came, every `#stride`-th to be kept. */
  #count = 0;
  #stride = 1;

  constructor(readonly maxBytes = KEPT_BYTES) {}

  /** Steps kept, ascending. */
  get steps(): readonly number[] {
    return [...this.#weights.keys()].sort((a, b) => a - b);
  }

  at(step: number): readonly NamedTensor[] {
    return this.#weights.get(step)!;
  }

  has(step: number): boolean {
    return this.#weights.has(step);
  }

  /** Keeps copies: a snapshot's memory moves away with it. */
  keep(step: number, weights: readonly NamedTensor[]): void {
    if (this.#weights.has(step)) return;
    const newest = this.steps.at(-1);
    if (newest !== undefined && !this.#isDue(this.#count - 1)) this.#weights.delete(newest);
    this.#weights.set(
      step,
      weights.map((tensor) => ({ ...tensor, data: tensor.data.slice() })),
    );
    this.#count += 1;
    const bytes = weights.reduce((sum, { data }) => sum + data.byteLength, 0);
    while (this.#weights.size > 2 && this.#weights.size * bytes > this.maxBytes) this.#thin();
  }

  #isDue(index: number): boolean {
    return index % this.#stride === 0;
  }

  #thin(): void {
    this.#stride *= 2;
    const steps = this.steps;
    steps.slice(0, -1).forEach((step, at) => {
      if (at % 2 === 1) this.#weights.delete(step);
    });
  }
}
