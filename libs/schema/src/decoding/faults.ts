import type { FormattableError, SpecError } from './errors.js';
import { specError } from './errors.js';

/** The number of faults that are listed; the rest are only counted. */
export const MAX_LISTED = 50;

/**
 * The faults of one input, in the order in which they are found.
 *
 * Beyond `MAX_LISTED` they are only counted: composing the message, with its suggestion, costs a thousand times as much
 * as finding the fault, and nobody reads the ten-thousandth.
 */
export class Faults<F extends FormattableError = SpecError> {
  readonly #listed: F[] = [];
  #unlisted = 0;

  /** Adds a fault; `make` is called only if it is listed. */
  add(make: () => F): void {
    if (this.#listed.length < MAX_LISTED) this.#listed.push(make());
    else this.#unlisted++;
  }

  /** Adds faults found elsewhere, including those they only count. */
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

  /** The listed faults, without an entry for the others. */
  get listed(): readonly F[] {
    return this.#listed;
  }

  /** The listed faults; if the list is cut, its last entry gives the number of the others. */
  list(): (F | SpecError)[] {
    return this.isCut ? [...this.#listed, moreFaults(this.#unlisted)] : [...this.#listed];
  }
}

/** The last entry of a list of faults that is cut. */
function moreFaults(more: number): SpecError {
  const message = `${more} more ${more === 1 ? 'fault' : 'faults'}, not listed`;
  return { ...specError('', undefined, `a list of ${MAX_LISTED} faults`, message), more };
}

/** The number of faults in a list, including those it only counts. */
export const countFaults = (errors: readonly Pick<SpecError, 'more'>[]): number =>
  errors.reduce((count, { more }) => count + (more ?? 1), 0);
