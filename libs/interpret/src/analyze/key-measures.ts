import type { ByFrequency } from './analysis.js';

/** Values for frequencies as plain data. */
export const byFrequency = <T>(keys: readonly number[], value: (k: number) => T): ByFrequency<T> =>
  Object.fromEntries(keys.map((k) => [String(k), value(k)]));
