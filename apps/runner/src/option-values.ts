import { InvalidArgumentError } from 'commander';

/** Collects the values of an option that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** Parses a whole number of at least 0, such as a step. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of at least 0.');
  return Number(text);
}

/** Parses a whole number of at least 1, such as a count. */
export function aboveZero(text: string): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  return Number(text);
}

/** Parses a number above 0. */
export function positive(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

/** Parses a number of at least 0. */
export function notNegative(text: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= 0 && Number.isFinite(value)))
    throw new InvalidArgumentError('It must be a number of at least 0.');
  return value;
}

/** Parses names separated by commas, for an option that may be given several times; each name counts once. */
export function namesList(text: string, before: readonly string[]): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('It must be names with commas between.');
  return [...new Set([...before, ...names])];
}
