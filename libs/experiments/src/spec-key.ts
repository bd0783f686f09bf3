import type { RunSpec } from '@grokscope/schema';

/** A text that two specs share if they describe the same run: independent of the order of keys and of the name. */
export const specKey = (spec: RunSpec): string => canonical({ ...spec, name: '' });

/** JSON with the keys of every object in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
