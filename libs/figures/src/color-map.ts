/** Red, green, blue, each 0–255. */
export type Rgb = readonly [number, number, number];

const PAPER: Rgb = [0xfb, 0xfa, 0xf7];
const BLUE: Rgb = [0x12, 0x3d, 0x52];
const ORANGE: Rgb = [0x9c, 0x43, 0x14];

const clamp01 = (t: number): number => (t > 0 ? Math.min(t, 1) : 0);

const mix = (from: Rgb, to: Rgb, t: number): Rgb => [
  Math.round(from[0] + (to[0] - from[0]) * t),
  Math.round(from[1] + (to[1] - from[1]) * t),
  Math.round(from[2] + (to[2] - from[2]) * t),
];

/** Sequential map, paper (0) → blue (1). Values outside are clamped; NaN reads as 0. */
export const sequentialColor = (t: number): Rgb => mix(PAPER, BLUE, clamp01(t));

/** Diverging map, orange (−1) ← paper (0) → blue (1). Values outside are clamped; NaN reads as 0. */
export const divergingColor = (t: number): Rgb =>
  t < 0 ? mix(PAPER, ORANGE, clamp01(-t)) : mix(PAPER, BLUE, clamp01(t));
