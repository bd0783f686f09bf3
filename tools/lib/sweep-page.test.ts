import { describe, expect, it } from 'vitest';
import { duration, findingTable, leadingComment } from './sweep-page.mjs';

describe('the page that keeps a sweep', () => {
  it('begins with what the sweep file says it shows', () => {
    expect(leadingComment('# What it\n# shows.\n#\n#   npx …\nname: a\n')).toBe('What it\nshows.');
    expect(leadingComment('name: a\n')).toBe('');
  });

  it('has a row for each value of what was varied, published values beside it', () => {
    const spread = [
      { x: 0.3, n: 3, reached: 2, median: 7583.5, low: 7000, high: null },
      { x: 0.9, n: 3, reached: 0, median: null, low: null, high: null },
    ];
    const published = [{ points: [[0.3, 8258] as [number, number]] }];
    const panels = [{ title: 'test loss < 1', series: [{ label: '', spread }], published }];
    const lines = findingTable({ xTitle: 'fraction', yTitle: 'steps', panels }).split('\n');
    expect(lines).toContain('|  | 0.3 | 2 of 3 | 7,584 | 7,000 … never | 8,258 |');
    expect(lines).toContain('|  | 0.9 | 0 of 3 | never |  |  |');
  });

  it('says times as a person does', () => {
    expect([duration(59_400), duration(130_000), duration(7_500_000)]).toEqual([
      '59 s',
      '2 min',
      '2 h 5 min',
    ]);
  });
});
