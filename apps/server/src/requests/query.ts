import * as E from 'fp-ts/lib/Either.js';
import type { SpecError } from '@grokscope/schema';
import { specError } from '@grokscope/schema';

/** What follows "?" in an address: a key that is given twice has a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A whole number of a query, or why it is none. */
export function wholeNumber<T>(
  query: Query,
  key: string,
  [least, most]: readonly [number, number],
  fallback: T,
): E.Either<SpecError, number | T> {
  const text = query[key];
  if (text === undefined) return E.right(fallback);
  const value = typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return E.right(value);
  return E.left(specError(key, text, `an integer from ${least} to ${most}`));
}

/** A text of a query, given once or not at all. */
export function oneText(query: Query, key: string): E.Either<SpecError, string | undefined> {
  const text = query[key];
  return typeof text === 'string' || text === undefined
    ? E.right(text)
    : E.left(specError(key, text, 'one text, given once'));
}

/** The texts of a query under a key that may be given several times. */
export function manyTexts(query: Query, key: string): readonly string[] {
  const texts = query[key] ?? [];
  return typeof texts === 'string' ? [texts] : texts;
}

/** What is wrong with the parts of a query, in their order. */
export const faultsOf = (parts: readonly E.Either<SpecError, unknown>[]): readonly SpecError[] =>
  parts.flatMap((part) => (E.isLeft(part) ? [part.left] : []));
