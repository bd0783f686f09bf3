const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * The distance, in tokens, from one token to its angular neighbour on the circle of frequency k: token x is at angle
 * 2πkx/p, so the neighbour is x + k⁻¹ (mod p). If k and p share a factor g, every place holds g tokens, and the
 * distance is (k/g)⁻¹ mod p/g.
 */
export const neighbourDistance = (p: number, k: number): number => {
  const shared = gcd(p, k);
  const places = p / shared;
  const turn = (k / shared) % places;
  for (let distance = 1; distance < places; distance += 1) {
    if ((distance * turn) % places === 1) return distance;
  }
  return 1;
};

/** Points of a plane converted to pixels of a square. */
export interface CircleLayout {
  /** [p] pixels from the left. */
  readonly x: Float64Array;
  /** [p] pixels from the top. */
  readonly y: Float64Array;
  /** Pixels per unit of the plane. */
  readonly scale: number;
}

/** Largest distance of any point from the origin. */
export const largestRadius = (x: ArrayLike<number>, y: ArrayLike<number>): number => {
  let largest = 0;
  for (let i = 0; i < x.length; i += 1) largest = Math.max(largest, Math.hypot(x[i] ?? 0, y[i] ?? 0));
  return largest;
};

/** Points [p] of a plane in a square of `size` pixels; distance `radius` lies `margin` pixels inside its edge. */
export const circleLayout = (
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  size: number,
  radius: number,
  margin: number,
): CircleLayout => {
  const middle = size / 2;
  const scale = radius > 0 ? Math.max(middle - margin, 1) / radius : 0;
  return {
    x: Float64Array.from({ length: x.length }, (_, i) => middle + (x[i] ?? 0) * scale),
    y: Float64Array.from({ length: y.length }, (_, i) => middle - (y[i] ?? 0) * scale),
    scale,
  };
};

/** Opacity of token `x` of `p`: small numbers are faint, large ones opaque, so that the eye can follow their order. */
export const tokenOpacity = (x: number, p: number): number => 0.28 + (0.72 * x) / Math.max(p - 1, 1);
