import type { KeyRule } from './key-frequencies.js';

/** More keys than this are meaningless: early in training every rule marks nearly all frequencies. */
export const MAX_LIVE_KEYS = 10;
/** So is a larger share of all frequencies, if there are few. */
const NEARLY_ALL = 2 / 3;

/**
 * Those of the frequencies marked by a published rule that stand out: all of them, or none if there are too many to be
 * meaningful (more than ten, or more than two thirds of all ⌊n/2⌋). Live measures, phases, `analyze` and the page's
 * statements about waves all use this function.
 *
 * @param keys by any rule of `keyRules`. @param order n, of the group.
 */
export function standingOut(keys: readonly number[], order: number): readonly number[] {
  const most = Math.min(MAX_LIVE_KEYS, NEARLY_ALL * Math.floor(order / 2));
  return keys.length <= most ? keys : [];
}

/**
 * The frequencies that stood out at the step of a progress event, ascending, by the rule its measures use; empty before
 * any does.
 */
export function frequenciesStandingOut({
  keyFrequencies,
  keyFrequencyRule: rule,
}: {
  readonly keyFrequencies?: Readonly<Partial<Record<KeyRule, readonly number[]>>>;
  readonly keyFrequencyRule?: KeyRule;
}): readonly number[] {
  return (rule && keyFrequencies?.[rule]) ?? [];
}
