import type { KeyRule } from './key-frequencies.js';

/** More keys than this mean nothing: early in training every rule marks nearly all frequencies. */
export const MAX_LIVE_KEYS = 10;
/** Nor does a larger share of all frequencies, where there are few. */
const NEARLY_ALL = 2 / 3;

/**
 * Of the frequencies that a published rule marks those that stand out: all of them, or none where they are too many
 * to mean anything (more than ten, or than two thirds of the ⌊n/2⌋ there are). Live measures, phases, `analyze` and what
 * the page says of waves go by this alone.
 *
 * @param keys by any rule of `keyRules`. @param order n, of the group.
 */
export function standingOut(keys: readonly number[], order: number): readonly number[] {
  const most = Math.min(MAX_LIVE_KEYS, NEARLY_ALL * Math.floor(order / 2));
  return keys.length <= most ? keys : [];
}

/**
 * The frequencies that stood out at the step of a progress event, ascending, by the rule its measures go by; empty
 * before any does.
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
