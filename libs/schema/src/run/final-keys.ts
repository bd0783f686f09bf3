import type { ProgressEvent, RunEvent } from './run-event.js';

/*
 * Which final key frequencies of a run hold. A run that goes on after an ending has others in the end, and none while it
 * goes on. What an ending finds again is stored once, so looks of an earlier ending hold as well where their keys are
 * the same.
 */

/** How a look tells the keys that its measures go by; its type belongs to the measures. */
interface LookWithKeys {
  readonly keyFrequencyRule?: string;
  readonly keyFrequencies?: Readonly<Record<string, readonly number[]>>;
}

/** The keys that the measures of a look go by, as text: equal texts are equal keys. */
export function keysOf(look: ProgressEvent): string {
  const { keyFrequencies, keyFrequencyRule: rule } = look as LookWithKeys;
  return JSON.stringify((rule && keyFrequencies?.[rule]) ?? null);
}

/** The final keys told last, and those that hold: null while the run goes on. */
export interface FinalKeys {
  readonly last: string | null;
  readonly hold: string | null;
}

/** The final keys after an event; the same object where it changes nothing. */
export function finalKeysAfter(known: FinalKeys, event: RunEvent): FinalKeys {
  if (event.type === 'progress' && event.keys === 'final') {
    const keys = keysOf(event);
    return { last: keys, hold: keys };
  }
  if (event.type === 'started') return known.hold === null ? known : { ...known, hold: null };
  return event.type === 'ended' && known.hold !== known.last ? { ...known, hold: known.last } : known;
}
