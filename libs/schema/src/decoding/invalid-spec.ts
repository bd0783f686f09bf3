import type { FormattableError } from './errors.js';
import { formatSpecErrors } from './errors.js';

/**
 * What was asked for is no run: the error of a stream, a promise or an `Either`, wherever a spec enters in code. Its
 * message lists every fault, a line each; `errors` has them one by one.
 */
export class InvalidSpec extends Error {
  override readonly name = 'InvalidSpec';
  readonly _tag = 'InvalidSpec';

  constructor(
    readonly errors: readonly FormattableError[],
    /** What is not valid: the subject of the message. */
    subject = 'the spec',
  ) {
    super(`${subject} is not valid\n${formatSpecErrors(errors)}`);
  }
}
