export { mergeInputs as mergeSpecs } from '@grokscope/schema';
export type { UnknownPreset } from './errors.js';
export { presets } from './presets.js';
export type { Preset } from './presets.js';
export { findPreset, preset, resolveRunSpec } from './resolve.js';
