import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupByTableRow, groupWords } from './table-mix.js';

const size = (max: number) => fc.integer({ min: 1, max });

describe('groupByTableRow', () => {
  it('lists every weight once, with its query row, in the group of the table row it weighs', () => {
    const sizes = fc.record({
      nHeads: size(3),
      nQueries: size(3),
      nKeys: size(4),
      examples: size(6),
      rows: size(5),
    });
    fc.assert(
      fc.property(sizes, fc.nat(), ({ examples, rows, ...s }, seed) => {
        const index = Int32Array.from(
          { length: examples * s.nKeys },
          (_, i) => ((seed % 1009) * i + i * i) % rows,
        );
        const groups = groupByTableRow(index, s, rows);
        expect(groups.length).toBe(groupWords(rows, examples * s.nQueries, s.nKeys));
        const seen = new Set<number>();
        for (let row = 0; row < rows; row++)
          for (let i = groups[row]; i < groups[row + 1]; i++) {
            const [query, weight] = groups.subarray(rows + 1 + 2 * i, rows + 3 + 2 * i);
            const key = weight - query * s.nHeads * s.nKeys;
            expect(key).toBeLessThan(s.nKeys);
            expect(index[Math.floor(query / s.nQueries) * s.nKeys + key]).toBe(row);
            seen.add(weight);
          }
        expect(seen.size).toBe(examples * s.nQueries * s.nKeys);
        expect(groups[rows]).toBe(seen.size);
      }),
      { seed: 1 },
    );
  });
});
