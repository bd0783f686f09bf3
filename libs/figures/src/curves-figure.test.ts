import { describe, expect, it } from 'vitest';
import { curvesFigure, type CurvesFigureData } from './curves-figure.js';

const data: CurvesFigureData = {
  title: 'Digits & their losses',
  subtitle: 'two curves',
  yTitle: 'loss (nats)',
  yScale: 'log',
  curves: [
    { label: 'first digit', points: [[0, 2], [100, 0.2], [200, 0.02]] }, // prettier-ignore
    { label: 'last digit', points: [[0, 2], [100, null], [200, 2]] }, // prettier-ignore
  ],
};

/** The y of every point of every drawn path that has at least two points. */
const heights = (svg: string): number[][] =>
  [...svg.matchAll(/<path d="(M[\d.]+ [\d.]+(?:[ML][\d.]+ [\d.]+)+)"/g)].map(([, d]) =>
    [...d!.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y)),
  );

describe('a figure of curves', () => {
  it('places values on a logarithmic axis, evenly by decade', () => {
    const [a, b, c] = heights(curvesFigure(data))[0]!;
    expect(b! - a!).toBeGreaterThan(50);
    expect(c! - b!).toBeCloseTo(b! - a!, 1);
  });

  it('breaks a curve where there is no value', () => {
    const last = { ...data, curves: [data.curves[1]!] };
    expect(curvesFigure(last)).not.toMatch(/NaN|null/);
    expect(heights(curvesFigure(last))[0]).toHaveLength(2);
  });

  it('names every curve, its axes and itself, as text', () => {
    const svg = curvesFigure(data);
    for (const text of ['first digit', 'last digit', 'loss (nats)', 'Digits &#38; their losses', '>step<'])
      expect(svg).toContain(text);
  });
});
