/** Red, green, blue, each 0–255. */
export type Rgb = readonly [number, number, number];

/** The three colours between which values are interpolated. */
export interface ColorGround {
  /** Zero: the colour of the background. */
  readonly zero: Rgb;
  readonly positive: Rgb;
  readonly negative: Rgb;
}

/** Ink on paper: zero is paper, large values are dark. */
export const lightGround: ColorGround = {
  zero: [0xfb, 0xfa, 0xf7],
  positive: [0x12, 0x3d, 0x52],
  negative: [0x9c, 0x43, 0x14],
};

/** At night: zero is the dark card, large values are bright. */
export const darkGround: ColorGround = {
  zero: [0x20, 0x26, 0x2b],
  positive: [0xa9, 0xdd, 0xf3],
  negative: [0xf5, 0xab, 0x7c],
};

const clamp01 = (t: number): number => (t > 0 ? Math.min(t, 1) : 0);

const mix = (from: Rgb, to: Rgb, t: number): Rgb => [
  Math.round(from[0] + (to[0] - from[0]) * t),
  Math.round(from[1] + (to[1] - from[1]) * t),
  Math.round(from[2] + (to[2] - from[2]) * t),
];

/** Sequential map, zero (0) → blue (1). Values outside are clamped; NaN reads as 0. */
export const sequentialColor = (t: number, ground: ColorGround = lightGround): Rgb =>
  mix(ground.zero, ground.positive, clamp01(t));

/** Diverging map, orange (−1) ← zero (0) → blue (1). Values outside are clamped; NaN reads as 0. */
export const divergingColor = (t: number, ground: ColorGround = lightGround): Rgb =>
  t < 0 ? mix(ground.zero, ground.negative, clamp01(-t)) : mix(ground.zero, ground.positive, clamp01(t));
