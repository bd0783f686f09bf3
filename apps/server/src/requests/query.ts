import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import * as RA from 'fp-ts/lib/ReadonlyArray.js';
import type { SpecError } from '@grokscope/schema';
import { specError } from '@grokscope/schema';

/** The query of a URL: a key that is given twice has a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A value read from a query, or what is wrong with it. */
export type FromQuery<T> = E.Either<readonly SpecError[], T>;

/** A value that is not among the allowed ones. */
export const wrong = (key: string, value: unknown, allowed: string): FromQuery<never> =>
  E.left([specError(key, value, allowed)]);

/** A whole number of a query, or the reason why it is not one. */
export function wholeNumber<T>(
  query: Query,
  key: string,
  [least, most]: readonly [number, number],
  fallback: T,
): FromQuery<number | T> {
  const text = query[key];
  if (text === undefined) return E.right(fallback);
  const value = typeof text === 'string' && /^-?\d{1,15}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most
    ? E.right(value)
    : wrong(key, text, `an integer from ${least} to ${most}`);
}

/** A text of a query, given once or not at all. */
export function oneText(query: Query, key: string): FromQuery<string | undefined> {
  const text = query[key];
  return typeof text === 'string' || text === undefined
    ? E.right(text)
    : wrong(key, text, 'one text, given once');
}

/** The texts of a query under a key that may be given several times. */
export function manyTexts(query: Query, key: string): readonly string[] {
  const texts = query[key] ?? [];
  return typeof texts === 'string' ? [texts] : texts;
}

/** All values of a query by name; Left lists the faults of each, in the order of the names. */
export const together = sequenceS(E.getApplicativeValidation(RA.getSemigroup<SpecError>()));
