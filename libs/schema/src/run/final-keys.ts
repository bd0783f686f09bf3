import type { ProgressEvent, RunEvent } from './run-event.js';

/*
 * Which final key frequencies of a run are valid. A run that continues after an ending will end with others, and has
 * none while it continues. A look that an ending repeats is stored once, so looks of an earlier ending are valid too if
 * their keys are the same.
 */

/** How a look names the keys that its measures use; its type belongs to the measures. */
interface LookWithKeys {
  readonly keyFrequencyRule?: string;
  readonly keyFrequencies?: Readonly<Record<string, readonly number[]>>;
}

/** The keys that the measures of a look use, as text: equal texts mean equal keys. */
export function keysOf(look: ProgressEvent): string {
  const { keyFrequencies, keyFrequencyRule: rule } = look as LookWithKeys;
  return JSON.stringify((rule && keyFrequencies?.[rule]) ?? null);
}

/** The final keys reported last, and those that are valid: null while the run continues. */
export interface FinalKeys {
  readonly last: string | null;
  readonly hold: string | null;
}

/** The final keys after an event; the same object if it changes nothing. */
export function finalKeysAfter(known: FinalKeys, event: RunEvent): FinalKeys {
  if (event.type === 'progress' && event.keys === 'final') {
    const keys = keysOf(event);
    return { last: keys, hold: keys };
  }
  if (event.type === 'started') return known.hold === null ? known : { ...known, hold: null };
  return event.type === 'ended' && known.hold !== known.last ? { ...known, hold: known.last } : known;
}
