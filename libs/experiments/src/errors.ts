import type { Tagged } from '@grokscope/base';

/** A name that no preset has. */
export interface UnknownPreset extends Tagged<'UnknownPreset'> {
  readonly name: string;
  /** A sentence that stands alone: the name, the nearest preset, all presets. */
  readonly message: string;
  /** The presets there are. */
  readonly allowed: string;
}
