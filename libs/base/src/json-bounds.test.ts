import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonExcess } from './index.js';

const wide = { maxDepth: 1000, maxValues: 1_000_000 };

/** Lists and objects around the deepest value. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('bounds of a JSON text', () => {
  it('are kept to the level by any JSON value, whatever its texts hold', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.boolean(), (value, isIndented) => {
        const text = JSON.stringify(value, null, isIndented ? 2 : 0);
        const maxDepth = depthOf(value);
        expect(jsonExcess(text, { ...wide, maxDepth })).toBeUndefined();
        if (maxDepth > 0) {
          expect(jsonExcess(text, { ...wide, maxDepth: maxDepth - 1 })).toBe(
            `is nested more than ${maxDepth - 1} levels deep`,
          );
        }
      }),
      { seed: 3 },
    );
  });

  it.each([
    ['a list', JSON.stringify(Array(500).fill(0))],
    ['an object', JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, 1])))],
    ['lists in a list', JSON.stringify(Array(250).fill([1]))],
  ])('count the values of %s', (_, text) => {
    expect(jsonExcess(text, { ...wide, maxValues: 499 })).toBe('holds more than 499 values');
    expect(jsonExcess(text, { ...wide, maxValues: 502 })).toBeUndefined();
  });

  it('do not count what stands inside texts, escaped quotes included', () => {
    const text = JSON.stringify(['[[[[{{{{,,,,"\\', '\\"[[[[', '\u2028"']);
    expect(jsonExcess(text, { maxDepth: 1, maxValues: 4 })).toBeUndefined();
  });

  it('take a text that never ends', () => {
    expect(jsonExcess('["abc\\', wide)).toBeUndefined();
  });
});
