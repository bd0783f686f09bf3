import type { RunSpecInput } from '@grokscope/schema';

/** A run worth seeing, with what it shows. */
export interface Preset {
  readonly name: string;
  /** One sentence: what there is to see. */
  readonly teaches: string;
  readonly spec: RunSpecInput;
}

/** A preset whose spec carries its name. */
export const named = (name: string, teaches: string, spec: RunSpecInput): Preset => ({
  name,
  teaches,
  spec: { ...spec, name },
});
