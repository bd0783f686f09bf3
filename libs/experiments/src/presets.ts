import { builtIn } from '@grokscope/parts';
import type { Preset } from '@grokscope/schema';
import { presetsOf } from '@grokscope/schema';

export type { Preset } from '@grokscope/schema';

/** Every preset of the built-in parts, in the order of lists. */
export const presets: readonly Preset[] = presetsOf(builtIn);
