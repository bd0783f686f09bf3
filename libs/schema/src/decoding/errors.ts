import type { Tagged } from '@grokscope/base';
import { shortened } from '@grokscope/base';
import { preview } from './preview.js';

/** One fault of an input: its place, its value, why it is wrong, and what is allowed. */
export interface SpecError extends Tagged<'SpecError'> {
  /** Dotted path from the root of the input, `optimizer.lr`; empty for the whole input. */
  readonly path: string;
  /** The offending value; undefined where it is missing. */
  readonly value: unknown;
  /** A sentence without the path and the value: `must be a number above 0`. */
  readonly message: string;
  /** What may stand there: `a number above 0`. */
  readonly allowed: string;
  /** In the entry that ends a truncated list: the number of faults it stands for, which are not listed. */
  readonly more?: number;
}

/** What `formatSpecErrors` needs of an error; other rooms' errors about a spec have it too. */
export type FormattableError = Pick<SpecError, 'path' | 'value' | 'message' | 'allowed' | 'more'>;

/** Builds a `SpecError`; without `message`, the message is that the value must be what is allowed. */
export function specError(
  path: string,
  value: unknown,
  allowed: string,
  message = `must be ${allowed}`,
): SpecError {
  return { _tag: 'SpecError', path, value, message, allowed };
}

const SHOWN_CHARACTERS = 80;

/** A value for messages: JSON, non-finite numbers by name, cut at 80 characters whatever its size. */
export function formatValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'symbol' ? String(value) : preview(value, SHOWN_CHARACTERS);
  return text.length > SHOWN_CHARACTERS ? shortened(text, SHOWN_CHARACTERS + 1) : text;
}

/**
 * One line for each error, without a trailing newline: path, value, what is wrong and what is allowed.
 *
 * `optimizer.lr = -1: must be a number above 0`
 */
export function formatSpecErrors(errors: readonly FormattableError[]): string {
  return errors
    .map(({ path, value, message, allowed, more }) => {
      if (more !== undefined) return `and ${message}`;
      const where = path === '' ? '(top level)' : path;
      const allowance = message.includes(allowed) ? '' : ` (allowed: ${allowed})`;
      const given = value === undefined ? ': missing;' : ` = ${formatValue(value)}:`;
      return `${where}${given} ${message}${allowance}`;
    })
    .join('\n');
}
