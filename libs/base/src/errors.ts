/**
 * The convention every room's `errors.ts` follows: an expected error is a plain object told apart by `_tag`,
 * so that a union of them can be switched on exhaustively. Bugs are not such values; they throw (`invariant`).
 */
export interface Tagged<T extends string> {
  readonly _tag: T;
}

/** The error that `invariant` throws: a broken assumption inside the program, never the user's fault. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/**
 * Throws an `InvariantError` with `message` unless `condition` holds.
 *
 * For the program's own invariants; input from outside is decoded to an `Either` instead.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
