import { expect, it } from 'vitest';
import { circlesTitle, isRing } from './circles-words.js';

it('numbers fall into circles where there are rings, and not where there are clouds', () => {
  const at = (radius: (i: number) => number) => {
    const points = Array.from({ length: 113 }, (_, i) => ({ r: radius(i), angle: 2.4 * i }));
    return {
      x: Float64Array.from(points, ({ r, angle }) => r * Math.cos(angle)),
      y: Float64Array.from(points, ({ r, angle }) => r * Math.sin(angle)),
    };
  };
  expect(isRing(at((i) => 2 + 0.3 * Math.sin(7 * i)) as never)).toBe(true);
  // Evenly spread over a disc.
  expect(isRing(at((i) => Math.sqrt(i)) as never)).toBe(false);
  expect(isRing(at(() => 0) as never)).toBe(false);
  expect(isRing(at(() => NaN) as never)).toBe(false);
  expect(isRing(undefined)).toBe(false);
  expect(circlesTitle(2)).toBe('The numbers fall into circles');
  expect(circlesTitle(1)).not.toContain('circles');
});
