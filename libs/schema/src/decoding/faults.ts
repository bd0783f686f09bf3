import type { FormattableError, SpecError } from './errors.js';
import { specError } from './errors.js';

/** So many faults are listed; of the others it is only said how many there are. */
export const MAX_LISTED = 50;

/**
 * The faults of one input, in the order in which they are found.
 *
 * Beyond `MAX_LISTED` they are counted, not made: a sentence with what was meant costs a thousand times as much as
 * finding the fault, and nobody reads the ten-thousandth.
 */
export class Faults<F extends FormattableError = SpecError> {
  readonly #listed: F[] = [];
  #unlisted = 0;

  /** One more fault; `make` is called only if it is listed. */
  add(make: () => F): void {
    if (this.#listed.length < MAX_LISTED) this.#listed.push(make());
    else this.#unlisted++;
  }

  /** Faults found elsewhere; what these leave unlisted counts. */
  addAll(errors: readonly F[]): void {
    for (const error of errors) {
      if (error.more === undefined) this.add(() => error);
      else this.#unlisted += error.more;
    }
  }

  get count(): number {
    return this.#listed.length + this.#unlisted;
  }

  /** Whether there are more than are listed. */
  get isCut(): boolean {
    return this.#unlisted > 0;
  }

  /** Those that are listed, without a word on the others. */
  get listed(): readonly F[] {
    return this.#listed;
  }

  /** The list, and where it is cut, how many more there are as its last entry. */
  list(): (F | SpecError)[] {
    return this.isCut ? [...this.#listed, moreFaults(this.#unlisted)] : [...this.#listed];
  }
}

/** Stands at the end of a list of faults that is cut. */
function moreFaults(more: number): SpecError {
  const message = `${more} more ${more === 1 ? 'fault' : 'faults'}, not listed`;
  return { ...specError('', undefined, `a list of ${MAX_LISTED} faults`, message), more };
}

/** How many faults a list tells of, those included that it only counts. */
export const countFaults = (errors: readonly Pick<SpecError, 'more'>[]): number =>
  errors.reduce((count, { more }) => count + (more ?? 1), 0);
