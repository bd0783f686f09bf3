import type { ColorGround } from './color-map.js';
import { darkGround, lightGround } from './color-map.js';

/**
 * Colours with a meaning, the same in every panel and every report. Text and marks reach contrast AA on `card`; no fact
 * is conveyed by colour alone.
 */
export interface Palette {
  readonly paper: string;
  readonly card: string;
  readonly line: string;
  readonly ink: string;
  readonly muted: string;
  /** Marks that carry no message: bars and dots of frequencies that do not stand out. */
  readonly grey: string;
  readonly train: string;
  readonly test: string;
  /** Faint tints behind the curves, one for each phase in order: memorisation … generalised. */
  readonly phases: readonly [string, string, string, string];
  /** The colours of heatmaps. */
  readonly ground: ColorGround;
  /** One hue for each key frequency, in the order of assignment. */
  readonly frequencies: readonly string[];
}

/** Ink on paper. */
export const lightPalette: Palette = {
  paper: '#fbfaf7',
  card: '#ffffff',
  line: '#e2ded3',
  ink: '#1d2429',
  muted: '#626c72',
  grey: '#b4babb',
  train: '#2c6880',
  test: '#b4531f',
  ground: lightGround,
  phases: ['#f3efe3', '#e9f0f3', '#f8eae2', '#e8f1e7'],
  frequencies: [
    '#6d4a9c',
    '#3b7d3f',
    '#8f6a0a',
    '#b03765',
    '#12807c',
    '#4663b0',
    '#95503f',
    '#5f7414',
    '#8d4192',
    '#3d6f8e',
  ],
};

/** The same instrument at night: chosen for a dark background, not inverted. */
export const darkPalette: Palette = {
  paper: '#14181b',
  card: '#1b2024',
  line: '#323a40',
  ink: '#e9e6df',
  muted: '#a0a9ad',
  grey: '#566067',
  train: '#74b4cf',
  test: '#e8915e',
  ground: darkGround,
  phases: ['#26241e', '#1d2a31', '#302520', '#1e2c24'],
  frequencies: [
    '#b79be6',
    '#86c480',
    '#d5b04d',
    '#ec8bac',
    '#5cc5bc',
    '#93adf0',
    '#dc9d88',
    '#b3c463',
    '#d594da',
    '#8cbcdb',
  ],
};

/** Hue of the frequency that was the `slot`-th (from 0) to stand out; hues repeat after the last. */
export const frequencyColor = (palette: Palette, slot: number): string =>
  palette.frequencies[slot % palette.frequencies.length] ?? palette.grey;
