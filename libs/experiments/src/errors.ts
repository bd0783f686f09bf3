import type { Tagged } from '@grokscope/base';

/** A name that belongs to no preset. */
export interface UnknownPreset extends Tagged<'UnknownPreset'> {
  readonly name: string;
  /** A self-contained sentence: the name, the nearest preset, all presets. */
  readonly message: string;
  /** The available presets. */
  readonly allowed: string;
}
