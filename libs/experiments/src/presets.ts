import { mainlinePresets } from './presets/mainline.js';
import type { Preset } from './presets/preset.js';
import { sequencePresets } from './presets/sequences.js';
import { tablePresets } from './presets/tables.js';

export type { Preset } from './presets/preset.js';

/** Every preset, in the order lists show them. */
export const presets: readonly Preset[] = [...mainlinePresets, ...tablePresets, ...sequencePresets];
