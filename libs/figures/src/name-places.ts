/** A curve in pixels from the top left of the plotting area; x ascending, points without a value left out. */
export interface PixelCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Width of its name in pixels. */
  readonly nameWidth: number;
}

/** The position of a curve's name: its middle, and its base line. */
export interface NamePlace {
  readonly x: number;
  readonly y: number;
}

const LETTER = 13;
const GAP = 6;
/** More clearance than this brings no advantage. */
const AIR = 26;
const COLUMNS = 64;

interface Extent {
  least: number;
  greatest: number;
}

/** The span of a curve's heights in each of `COLUMNS` strips of the width. */
const stripsOf = ({ x, y }: PixelCurve, width: number): (Extent | null)[] => {
  const strips: (Extent | null)[] = Array.from({ length: COLUMNS }, () => null);
  const column = (at: number): number =>
    Math.max(0, Math.min(COLUMNS - 1, Math.floor((at / width) * COLUMNS)));
  const take = (strip: number, height: number): void => {
    const known = strips[strip];
    if (!known) strips[strip] = { least: height, greatest: height };
    else {
      known.least = Math.min(known.least, height);
      known.greatest = Math.max(known.greatest, height);
    }
  };
  for (let i = 0; i < x.length; i += 1) {
    const [x0, y0, x1, y1] = [x[i] ?? 0, y[i] ?? 0, x[i + 1], y[i + 1]];
    take(column(x0), y0);
    if (x1 === undefined || y1 === undefined) continue;
    // Points may lie several strips apart: the line between them is an obstacle too.
    for (let strip = column(x0) + 1; strip <= column(x1); strip += 1) {
      const share = ((strip + 0.5) * (width / COLUMNS) - x0) / Math.max(x1 - x0, 1e-9);
      take(strip, y0 + (y1 - y0) * Math.max(0, Math.min(1, share)));
    }
  }
  return strips;
};

const spanOf = (strips: readonly (Extent | null)[], from: number, to: number): Extent | null => {
  let span: Extent | null = null;
  for (let i = Math.max(0, from); i <= Math.min(COLUMNS - 1, to); i += 1) {
    const strip = strips[i];
    if (!strip) continue;
    span = span
      ? {
          least: Math.min(span.least, strip.least),
          greatest: Math.max(span.greatest, strip.greatest),
        }
      : { ...strip };
  }
  return span;
};

/** Distance between two spans of height; negative where they overlap. */
const between = (a: Extent, b: Extent): number => Math.max(a.least - b.greatest, b.least - a.greatest);

/**
 * A place for each curve's name, just above or below its own line and clear of the others and of each other; null if
 * there is no curve to name. Among positions with enough clearance, the one nearest to `prefer` (a share of the width)
 * wins, so that names stay where they are while curves grow.
 */
export const placeNames = (
  curves: readonly PixelCurve[],
  width: number,
  height: number,
  prefer: readonly number[],
): (NamePlace | null)[] => {
  const strips = curves.map((curve) => stripsOf(curve, width));
  const taken: { readonly left: number; readonly right: number; readonly span: Extent }[] = [];
  return curves.map((curve, own) => {
    let best: NamePlace | null = null;
    let bestScore = -Infinity;
    let bestSpan: Extent | null = null;
    for (let column = 0; column < COLUMNS; column += 1) {
      const x = ((column + 0.5) * width) / COLUMNS;
      const [left, right] = [x - curve.nameWidth / 2, x + curve.nameWidth / 2];
      if (left < 2 || right > width - 2 || !strips[own]?.[column]) continue;
      const [from, to] = [Math.floor((left / width) * COLUMNS), Math.floor((right / width) * COLUMNS)];
      const line = spanOf(strips[own] ?? [], from, to);
      if (!line) continue;
      for (const top of [line.least - GAP - LETTER, line.greatest + GAP]) {
        const span = { least: top, greatest: top + LETTER };
        if (top < 0 || span.greatest > height) continue;
        let air = AIR;
        strips.forEach((other, i) => {
          const crossing = i === own ? null : spanOf(other, from, to);
          if (crossing) air = Math.min(air, between(span, crossing));
        });
        for (const name of taken) {
          const beside = Math.max(name.left - right, left - name.right);
          if (beside < 8) air = Math.min(air, between(span, name.span));
        }
        const score = air - 12 * Math.abs(x / width - (prefer[own] ?? 0.5));
        if (score > bestScore) {
          bestScore = score;
          best = { x, y: span.greatest - 3 };
          bestSpan = span;
        }
      }
    }
    if (best && bestSpan) {
      const { x } = best;
      taken.push({ left: x - curve.nameWidth / 2, right: x + curve.nameWidth / 2, span: bestSpan });
    }
    return best;
  });
};
