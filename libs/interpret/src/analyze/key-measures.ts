import { logitFit } from '../logit-fit.js';
import type { GroupLogits, LogitWaves } from '../logit-waves.js';
import { excludedLosses, frequencyAblation, logitVariance, restrictedLoss } from '../logit-waves.js';
import type { Ablations, Analysis, ByFrequency } from './analysis.js';

/** Values for frequencies as plain data. */
export const byFrequency = <T>(keys: readonly number[], value: (k: number) => T): ByFrequency<T> =>
  Object.fromEntries(keys.map((k) => [String(k), value(k)]));

/** The losses built on key frequencies; none without keys. */
export function keyLosses(
  logits: GroupLogits,
  waves: LogitWaves,
  keys: readonly number[],
): Pick<Analysis, 'restrictedLoss' | 'excludedLoss' | 'logitFit' | 'cosineCoefficients'> {
  if (keys.length === 0) return {};
  const fit = logitFit(logits, keys);
  const hasTrain = logits.train.length > 0;
  const excluded = hasTrain ? excludedLosses(logits, waves, [keys, ...keys.map((k) => [k])]) : [];
  return {
    restrictedLoss: restrictedLoss(logits, waves, keys),
    ...(hasTrain
      ? {
          excludedLoss: {
            all: excluded[0],
            byFrequency: byFrequency(keys, (k) => excluded[1 + keys.indexOf(k)]),
          },
        }
      : {}),
    logitFit: {
      coefficients: byFrequency(keys, (k) => fit.coefficients.get(k)!),
      explained: fit.explained,
      loss: fit.loss,
    },
    cosineCoefficients: byFrequency(keys, (k) => fit.cosineCoefficients.get(k)!),
  };
}

/** What the logits hold of each key frequency: their variance along it, and the losses without it and on it alone. */
export function keyParts(
  logits: GroupLogits,
  waves: LogitWaves,
  keys: readonly number[],
): Pick<Analysis, 'logitVariance'> & Pick<Ablations, 'logits'> {
  if (keys.length === 0) return {};
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
