import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingFigure } from './index.js';
import type { FigurePoint, FindingFigureData } from './index.js';

const run = (x: number | string, y: number | null, kind: FigurePoint['kind'] = 'reached'): FigurePoint => ({
  x,
  y,
  kind,
});

const data = (points: readonly FigurePoint[], more: Partial<FindingFigureData> = {}): FindingFigureData => {
  const xs = [...new Set(points.map(({ x }) => x))];
  const spread = xs.map((x) => ({
    x,
    median: points.find((point) => point.x === x && point.kind === 'reached')?.y ?? null,
  }));
  return {
    title: 'fractions',
    subtitle: 'three seeds',
    xTitle: 'training fraction',
    yTitle: 'steps to generalise',
    xScale: 'linear',
    yScale: 'log',
    panels: [{ title: 'test accuracy', series: [{ label: '', points, spread }], published: [] }],
    ...more,
  };
};

/** Centres of the circles, which stand for runs that reached the value. */
const circles = (svg: string): [number, number][] =>
  [...svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);

describe('the figure of a finding', () => {
  it('places runs by their values: further right for more, higher for later, a decade as high as another', () => {
    const [a, b, c] = circles(findingFigure(data([run(0.3, 10), run(0.6, 100), run(0.9, 1000)])));
    expect(b![0] - a![0]).toBeCloseTo(c![0] - b![0], 1);
    expect(b![0]).toBeGreaterThan(a![0]);
    expect(a![1] - b![1]).toBeCloseTo(b![1] - c![1], 1);
    expect(b![1]).toBeLessThan(a![1]);
  });

  it('says what its axes are and draws published values beside the runs', () => {
    const base = data([run(0.3, 7000)]);
    const published = [{ source: 'a paper & its code', points: [[0.3, 7583] as const, [0.9, 123] as const] }];
    const svg = findingFigure({ ...base, panels: [{ ...base.panels[0]!, published }] });
    for (const text of [
      'steps to generalise',
      'training fraction',
      'published: a paper &#38; its code',
      '0.9',
      '5,000',
    ])
      expect(svg).toContain(text);
  });

  it('gives every name its place, cut where there is no room, and draws no line between names', () => {
    const names = ['adamW', 'adam', 'sgd with a long, long name of its own', 'muon', 'sgd', 'another'];
    const svg = findingFigure(
      data(
        names.map((name, i) => run(name, 100 + i)),
        { xScale: 'even' },
      ),
    );
    for (const name of ['adamW', 'adam', 'sgd with a', 'muon', 'sgd', 'another'])
      expect(svg).toMatch(new RegExp(`>${name}[^<]*</text>`));
    expect(svg).not.toContain('name of its own');
    const lines = (drawn: string): number => [...drawn.matchAll(/ d="M[^"]*L[^"]*"/g)].length;
    const numbered = findingFigure(
      data(
        names.map((_, i) => run(i, 100 + i)),
        { xScale: 'even' },
      ),
    );
    // What remains is the sample line in the legend.
    expect(lines(svg)).toBe(lines(numbered) - 1);
  });

  it('shows runs that never got there, and those that failed, as such', () => {
    const svg = findingFigure(data([run(0.3, 5000, 'notReached'), run(0.5, 100), run(0.9, null, 'failed')]));
    expect(svg).toContain('not reached');
    expect(svg).toContain('diverged or failed');
    expect(circles(svg)).toHaveLength(2); // One run, and the legend's.
    expect(findingFigure(data([run(0.5, 100)]))).not.toContain('not reached');
  });

  /** The positions of the marks of runs: circles, and the centres of triangles. */
  const marks = (svg: string): [number, number][] => {
    const plot = svg.slice(0, svg.lastIndexOf('a run, and the median'));
    const triangles = [...plot.matchAll(/<polygon points="([^"]+)"/g)].map(([, points]) => {
      const corners = points!.split(' ').map((corner) => corner.split(',').map(Number));
      const mean = (axis: 0 | 1): number => corners.reduce((sum, corner) => sum + corner[axis]!, 0) / 3;
      return [mean(0), mean(1)] as [number, number];
    });
    // The last circle or triangle before the label is its key in the legend.
    return [...circles(plot).slice(0, -1), ...triangles];
  };
  const isClose = ([x, y]: [number, number], [u, v]: [number, number], by: number): boolean =>
    Math.abs(x - u) < by && Math.abs(y - v) < by;

  it('shows each of several runs at one place, at its value, around its place on the axis', () => {
    const never = [1, 1, 1].map((x) => run(x, 1500, 'notReached'));
    const same = [2, 2].map((x) => run(x, 820));
    const near = [run(4, 300), run(4, 302), run(4, 304)];
    const found = marks(findingFigure(data([...never, ...same, ...near])));
    expect(found).toHaveLength(8);
    for (const [i, one] of found.entries())
      for (const other of found.slice(i + 1)) expect(isClose(one, other, 7)).toBe(false);
    const triangles = found.slice(5);
    expect(new Set(triangles.map(([, y]) => y.toFixed(1))).size).toBe(1);
    // In the middle of the three, where the axis has its 1.
    const middle = triangles[1]![0];
    expect(triangles[0]![0] + triangles[2]![0]).toBeCloseTo(2 * middle, 1);
    expect(circles(findingFigure(data([run(1, 1500), run(2, 820), run(4, 300)])))[0]![0]).toBeCloseTo(
      middle,
      1,
    );
  });

  it('shows each of several series at one place', () => {
    const points = [run(1, 100), run(1, 100), run(2, 100)];
    const one = data(points).panels[0]!;
    const series = ['a', 'b', 'c'].map((label) => ({ ...one.series[0]!, label }));
    const svg = findingFigure({ ...data(points), panels: [{ ...one, series }] });
    const bars = [...svg.matchAll(/<(circle cx|polygon points)="([\d.-]+)/g)].map(([, , x]) => Number(x));
    // Nine marks and three keys of the legend; no two marks in one place.
    expect(bars).toHaveLength(12);
    expect(new Set(bars.slice(0, 9).map((x) => x.toFixed(0))).size).toBe(9);
  });

  it('says how many there are where they have no room side by side', () => {
    const crowd = Array.from({ length: 90 }, () => run(2, 500, 'notReached'));
    expect(findingFigure(data([run(1, 100), ...crowd, run(3, 100)]))).toContain('>90 runs</text>');
    expect(findingFigure(data([run(1, 100), run(2, 100), run(2, 100)]))).not.toContain(' runs</text>');
  });

  it('gives values that no number line holds even room, in order', () => {
    const even = circles(findingFigure(data([run(0, 10), run(0.1, 10), run(3, 10)], { xScale: 'even' })));
    expect(even[1]![0] - even[0]![0]).toBeCloseTo(even[2]![0] - even[1]![0], 1);
    const named = findingFigure(data([run('rot13', 1), run('characterAddition', 10)], { xScale: 'linear' }));
    expect(named).toContain('characterAddition');
    expect(named).not.toContain('NaN');
  });

  it('holds every text: control characters as escapes, names cut between what a reader sees as characters', () => {
    const svg = findingFigure(
      data([run('\u001b[31m', 1), run('👩‍👩‍👧'.repeat(90), 1)], { title: 'a\ud800\u202eb\u0000\ufffe\u0085' }),
    );
    expect(svg).toContain('a\\ud800\\u202eb\\u0000\ufffd\\u0085');
    expect(svg).toContain('\\u001b[31m');
    // Characters that XML 1.0 does not allow.
    expect(svg).not.toMatch(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u);
    const [, shown] = /<text[^>]*>([^<]*👩[^<]*)…<\/text>/.exec(svg)!;
    expect(shown!.replaceAll('👩‍👩‍👧', '')).toBe('');
  });

  it('is a figure even where no run has ended', () => {
    const svg = findingFigure(data([]));
    expect(svg).toContain('no run has ended');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('is whole and finite for any finding, and holds no markup of its labels', () => {
    const x = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.string());
    const y = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }));
    const kind = fc.constantFrom('reached' as const, 'notReached' as const, 'failed' as const);
    const points = fc.array(fc.record({ x, y, kind }), { maxLength: 6 });
    const scales = fc.record({
      xScale: fc.constantFrom('linear' as const, 'log' as const, 'even' as const),
      title: fc.string(),
    });
    fc.assert(
      fc.property(points, scales, (some, more) => {
        const svg = findingFigure(
          data(some, { ...more, yScale: some.some((one) => one.y === 0) ? 'linear' : 'log' }),
        );
        expect(svg).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
        expect(svg.replace(/<\/?[a-z]+( [\w:-]+="[^"<>]*")*\/?>/g, '')).not.toMatch(/[<>]/);
      }),
      { seed: 11 },
    );
  });
});
