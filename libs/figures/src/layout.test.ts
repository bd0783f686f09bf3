import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { decadeTicks, linearStepTicks, logStepAxis, logStepTicks, niceCeiling } from './axes.js';
import { barAt, barLayout } from './bars.js';
import { circleLayout, largestRadius, neighbourDistance, tokenOpacity } from './circle.js';
import { divergingColor, sequentialColor } from './color-map.js';
import { darkPalette, frequencyColor, lightPalette } from './palette.js';

describe('step axis', () => {
  it('gives step 0 a place and grows by equal amounts per factor of ten far out', () => {
    const axis = logStepAxis(10);
    expect(axis.toPosition(0)).toBe(0);
    expect(axis.toPosition(1e6) - axis.toPosition(1e5)).toBeCloseTo(1, 3);
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e7 }), fc.integer({ min: 1, max: 1000 }), (step, threshold) => {
        const axis = logStepAxis(threshold);
        expect(axis.toStep(axis.toPosition(step))).toBeCloseTo(step, 4);
      }),
      { seed: 1 },
    );
  });

  it('writes 0 and the powers of ten', () => {
    expect(logStepTicks(10, 1200).map((tick) => tick.label)).toEqual(['0', '10', '100', '1,000']);
    expect(logStepTicks(100, 40000).map((tick) => tick.value)).toEqual([0, 100, 1000, 10000]);
    expect(logStepTicks(10, 0).map((tick) => tick.value)).toEqual([0]);
  });

  it('an even axis has round steps', () => {
    expect(linearStepTicks(1200, 7).map((tick) => tick.value)).toEqual([0, 200, 400, 600, 800, 1000, 1200]);
    expect(linearStepTicks(20, 4).map((tick) => tick.label)).toEqual(['0', '5', '10', '15', '20']);
    expect(linearStepTicks(0, 4).map((tick) => tick.value)).toEqual([0]);
  });

  it('adds steps between while a run is young', () => {
    expect(logStepTicks(10, 60).map((tick) => tick.value)).toEqual([0, 10, 20, 50]);
  });
});

describe('value axes', () => {
  it('labels decades and thins them when there are many', () => {
    expect(decadeTicks(2e-4, 20).map((tick) => tick.label)).toEqual(['10⁻³', '10⁻²', '10⁻¹', '1', '10']);
    expect(decadeTicks(1e-12, 10, 5).length).toBeLessThanOrEqual(5);
    expect(decadeTicks(0, 1)).toEqual([]);
  });

  it('a ceiling is never below its value nor above twice it', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (value) => {
        const ceiling = niceCeiling(value);
        expect(ceiling).toBeGreaterThanOrEqual(value * (1 - 1e-9));
        expect(ceiling).toBeLessThanOrEqual(value * 2);
      }),
      { seed: 2 },
    );
    expect(niceCeiling(0)).toBe(1);
  });
});

describe('bars', () => {
  const box = { left: 10, top: 5, width: 100, height: 50 };

  it('stand on the lower edge and fit in the box', () => {
    const bars = barLayout([0, 1, 2, NaN, -1], box, 2);
    for (const bar of bars) {
      expect(bar.y + bar.height).toBeCloseTo(55, 10);
      expect(bar.x).toBeGreaterThanOrEqual(10);
      expect(bar.x + bar.width).toBeLessThanOrEqual(110);
    }
    expect(bars.map((bar) => bar.height)).toEqual([0, 25, 50, 0, 0]);
  });

  it('are found under the pointer', () => {
    expect(barAt(10, 5, box)).toBe(0);
    expect(barAt(109, 5, box)).toBe(4);
    expect(barAt(9, 5, box)).toBeNull();
    expect(barAt(110, 5, box)).toBeNull();
  });
});

describe('circles', () => {
  it.each([
    [113, 20],
    [53, 1],
    [31, 15],
  ])('p = %i, k = %i: the neighbour in angle is one p-th of a turn on', (p, k) => {
    expect((neighbourDistance(p, k) * k) % p).toBe(1);
  });

  it('a frequency that shares a factor with p has fewer places', () => {
    expect((neighbourDistance(12, 4) * 4) % 12).toBe(4);
    expect(neighbourDistance(12, 6)).toBe(1);
  });

  it('keeps shape and direction: up is up', () => {
    const layout = circleLayout([1, 0, -1], [0, 1, 0], 100, 1, 10);
    expect([...layout.x]).toEqual([90, 50, 10]);
    expect([...layout.y]).toEqual([50, 10, 50]);
    expect(largestRadius([3, 0], [4, 1])).toBe(5);
    expect(tokenOpacity(112, 113)).toBeCloseTo(1, 12);
  });
});

describe('colours', () => {
  const luminance = (hex: string): number => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const c = parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string): number => {
    const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };

  it.each([
    ['light', lightPalette],
    ['dark', darkPalette],
  ])('every colour that labels text reaches contrast AA: %s', (_, palette) => {
    for (const ground of [palette.card, palette.paper]) {
      for (const color of [palette.ink, palette.muted, palette.train, palette.test, ...palette.frequencies]) {
        expect(contrast(color, ground), `${color} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });

  it('hues repeat only after the last', () => {
    expect(new Set(lightPalette.frequencies).size).toBe(10);
    expect(frequencyColor(lightPalette, 10)).toBe(frequencyColor(lightPalette, 0));
  });

  it('maps start at paper and end dark, and tell signs apart', () => {
    expect(sequentialColor(0)).toEqual(divergingColor(0));
    expect(sequentialColor(2)).toEqual(sequentialColor(1));
    expect(divergingColor(-1)[0]).toBeGreaterThan(divergingColor(-1)[2]);
    expect(divergingColor(1)[2]).toBeGreaterThan(divergingColor(1)[0]);
  });
});
