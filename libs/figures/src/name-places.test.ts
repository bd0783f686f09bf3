import { describe, expect, it } from 'vitest';
import { placeNames } from './name-places.js';

const WIDTH = 600;
const HEIGHT = 300;
/** A curve through heights at equal distances. */
const curve = (...y: number[]) => ({
  x: y.map((_, i) => (i * WIDTH) / (y.length - 1)),
  y,
  nameWidth: 60,
});

describe('names of curves', () => {
  it('stand at their own line, where it is asked for, when nothing is in the way', () => {
    const [place] = placeNames([curve(200, 200)], WIDTH, HEIGHT, [0.75]);
    expect(place?.x).toBeCloseTo(0.75 * WIDTH, -1);
    expect(Math.abs((place?.y ?? 0) - 200)).toBeLessThan(24);
  });

  it('keep clear of the other curves and of each other', () => {
    const curves = [curve(60, 60, 250), curve(80, 80, 80), curve(100, 240, 240)];
    const places = placeNames(curves, WIDTH, HEIGHT, [0.3, 0.3, 0.3]);
    places.forEach((place, i) => {
      expect(place).not.toBeNull();
      curves.forEach((other, j) => {
        if (i === j || !place) return;
        const at = (place.x / WIDTH) * 2;
        const from = Math.min(Math.floor(at), 1);
        const height = other.y[from]! + (other.y[from + 1]! - other.y[from]!) * (at - from);
        // The letters reach from 10 above the base line to 3 below it.
        const inTheWay = height > place.y - 10 && height < place.y + 3;
        expect(inTheWay, `name ${i} on curve ${j}`).toBe(false);
      });
    });
    const [a, b] = places;
    expect(Math.abs(a!.y - b!.y) >= 13 || Math.abs(a!.x - b!.x) >= 60).toBe(true);
  });

  it('are left out where there is no curve or no room', () => {
    expect(placeNames([curve()], WIDTH, HEIGHT, [0.5])).toEqual([null]);
    expect(placeNames([{ ...curve(100, 100), nameWidth: 700 }], WIDTH, HEIGHT, [0.5])).toEqual([null]);
  });
});
