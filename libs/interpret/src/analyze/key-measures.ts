import type { GroupLogits, LogitWaves } from '../waves/logit-waves.js';
import { frequencyAblation, logitVariance } from '../waves/logit-waves.js';
import type { Ablations, Analysis, ByFrequency } from './analysis.js';

/** Values for frequencies as plain data. */
export const byFrequency = <T>(keys: readonly number[], value: (k: number) => T): ByFrequency<T> =>
  Object.fromEntries(keys.map((k) => [String(k), value(k)]));

/** What the logits hold of each key frequency: their variance along it, and the losses without it and on it alone. */
export function keyParts(
  logits: GroupLogits,
  waves: LogitWaves,
  keys: readonly number[],
): Pick<Analysis, 'logitVariance'> & Pick<Ablations, 'logits'> {
  const variance = logitVariance(logits, waves, keys);
  const without = (keep: boolean) => byFrequency(keys, (k) => frequencyAblation(logits, waves, k, { keep }));
  return {
    logitVariance: {
      explained: variance.explained,
      byFrequency: byFrequency(keys, (k) => variance.byFrequency.get(k)!),
    },
    logits: { drop: without(false), keep: without(true) },
  };
}
