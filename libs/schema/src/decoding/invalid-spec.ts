import type { FormattableError } from './errors.js';
import { formatSpecErrors } from './errors.js';

/**
 * An input that describes no valid run: the error of a stream, a promise or an `Either` wherever code accepts a spec.
 * Its message lists every fault, one on each line; `errors` holds them one by one.
 */
export class InvalidSpec extends Error {
  override readonly name = 'InvalidSpec';
  readonly _tag = 'InvalidSpec';

  constructor(
    readonly errors: readonly FormattableError[],
    /** The subject of the message: what is not valid. */
    subject = 'the spec',
  ) {
    super(`${subject} is not valid\n${formatSpecErrors(errors)}`);
  }
}
