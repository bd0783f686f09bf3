import type { NamedTensor } from '@grokscope/model';

/** Checkpoints are kept in memory up to this size (256 MiB). */
const KEPT_BYTES = 2 ** 28;

/**
 * The weights of a run's checkpoints, for looks back at them. If they exceed the allowed memory, every second one is
 * dropped and from then on only every second, fourth … is kept; the newest always. Which ones are kept depends only on
 * the steps of the checkpoints, so that a resumed run keeps the same ones.
 */
export class KeptWeights {
  /** By step; undefined for a checkpoint that was made but is no longer available. */
  readonly #weights = new Map<number, readonly NamedTensor[] | undefined>();
  readonly #most: number;
  /** The number of checkpoints so far, of which every `#stride`-th is kept. */
  #count = 0;
  #stride = 1;

  /** @param bytesEach the size of one checkpoint */
  constructor(bytesEach: number, maxBytes = KEPT_BYTES) {
    this.#most = Math.max(2, Math.floor(maxBytes / bytesEach));
  }

  /** Steps whose weights are kept, ascending. */
  get steps(): readonly number[] {
    return this.places.filter((step) => this.#weights.get(step) !== undefined);
  }

  /** Steps that have a place here, whether or not their weights are available; ascending. */
  get places(): readonly number[] {
    return [...this.#weights.keys()].sort((a, b) => a - b);
  }

  at(step: number): readonly NamedTensor[] {
    return this.#weights.get(step)!;
  }

  /** Keeps copies, because a snapshot's memory is transferred with it. Without weights only the place is kept. */
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

/** Of a run's checkpoints, in ascending steps, those whose weights it would still keep. */
export function keptSteps(steps: readonly number[], bytesEach: number): readonly number[] {
  const kept = new KeptWeights(bytesEach);
  for (const step of steps) kept.keep(step);
  return kept.places;
}
