import { describe, expect, it } from 'vitest';
import { gini } from './concentration.js';

describe('gini', () => {
  it('is 0 of equals, (n − 1)/n where one holds everything, and does not mind the order', () => {
    expect(gini([2, 2, 2, 2])).toBeCloseTo(0, 14);
    expect(gini([0, 0, 8, 0])).toBeCloseTo(0.75, 14);
    expect(gini([3, 1, 2])).toBeCloseTo(gini([1, 2, 3]), 14);
    // (−2·1 + 0·2 + 2·3) / (3·6)
    expect(gini([1, 2, 3])).toBeCloseTo(4 / 18, 14);
  });
});
