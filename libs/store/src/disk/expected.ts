import type { StoreError } from '../errors.js';

/** Carries an expected error out of nested awaits; it never leaves the lib. */
export class Expected extends Error {
  override readonly name = 'Expected';
  constructor(readonly error: StoreError) {
    super(error._tag);
  }
}
