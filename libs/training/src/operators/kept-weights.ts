import type { NamedTensor } from '@grokscope/model';

/** Checkpoints are kept in memory while they take at most this (256 MiB). */
const KEPT_BYTES = 2 ** 28;

/**
 * The weights of a run's checkpoints, for looks back at them. Where they take more room than they may, every other one
 * is let go and from then on only every second, fourth … is kept; the newest always. Which they are depends on nothing
 * but the steps of the checkpoints, so that a resumed run keeps what it would have kept.
 */
export class KeptWeights {
  /** By step; undefined where a checkpoint was made, and is not to be had any more. */
  readonly #weights = new Map<number, readonly NamedTensor[] | undefined>();
  readonly #most: number;
  /** Checkpoints that came, of which every `#stride`-th is kept. */
  #count = 0;
  #stride = 1;

  /** @param bytesEach what one checkpoint takes */
  constructor(bytesEach: number, maxBytes = KEPT_BYTES) {
    this.#most = Math.max(2, Math.floor(maxBytes / bytesEach));
  }

  /** Steps whose weights are kept, ascending. */
  get steps(): readonly number[] {
    return this.places.filter((step) => this.#weights.get(step) !== undefined);
  }

  /** Steps that have a place here, whether or not their weights are to be had; ascending. */
  get places(): readonly number[] {
    return [...this.#weights.keys()].sort((a, b) => a - b);
  }

  at(step: number): readonly NamedTensor[] {
    return this.#weights.get(step)!;
  }

  /** Keeps copies: a snapshot's memory moves away with it. Without weights the place alone is kept. */
  keep(step: number, weights?: readonly NamedTensor[]): void {
    const copies = weights?.map((tensor) => ({ ...tensor, data: tensor.data.slice() }));
    if (this.#weights.has(step)) {
      if (!this.#weights.get(step)) this.#weights.set(step, copies);
      return;
    }
    const newest = this.places.at(-1);
    if (newest !== undefined && (this.#count - 1) % this.#stride !== 0) this.#weights.delete(newest);
    this.#weights.set(step, copies);
    this.#count += 1;
    while (this.#weights.size > this.#most) this.#thin();
  }

  #thin(): void {
    this.#stride *= 2;
    this.places.slice(0, -1).forEach((step, at) => {
      if (at % 2 === 1) this.#weights.delete(step);
    });
  }
}

/** Of the checkpoints of a run, in ascending steps, those whose weights it would still keep. */
export function keptSteps(steps: readonly number[], bytesEach: number): readonly number[] {
  const kept = new KeptWeights(bytesEach);
  for (const step of steps) kept.keep(step);
  return kept.places;
}
