import { expect, it } from 'vitest';
import { watchEvery } from './watch-pace.js';

it('looks at a slow run every ten steps, at a fast one a few times a second', () => {
  expect([null, 0.8, 30, 40, 150, 151, 1000, Number.NaN].map(watchEvery)).toEqual([
    10, 10, 10, 20, 50, 100, 500, 10,
  ]);
});
