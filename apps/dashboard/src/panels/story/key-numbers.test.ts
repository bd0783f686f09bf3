import { expect, it } from 'vitest';
import { metrics, progress, viewAfter } from '../../testing/events.js';
import { measuredAt, numbersAt } from './key-numbers.js';

const view = viewAfter(
  metrics(0, { testLoss: 4.8 }),
  metrics(10, { testLoss: 5.1 }),
  progress(25, { restrictedLoss: { train: 1, test: 3, all: 2 } }),
  metrics(30, { testLoss: 0.2, trainLoss: 0.01 }),
);
const values = (step: number | null) => numbersAt(view, step).map(({ label, value }) => [label, value]);

it('gives the numbers of the newest step, or of the one that is shown', () => {
  expect(values(null)).toEqual([
    ['test accuracy', 0.1],
    ['test loss', 0.2],
    ['restricted', 2],
    ['Σ w²', 1700],
  ]);
  expect(numbersAt(view, null)[2]?.at).toBe(25);
  expect([measuredAt(view, 12), measuredAt(view, null), measuredAt(viewAfter(), 5)]).toEqual([10, 30, null]);
  expect(values(12).slice(1, 3)).toEqual([
    ['test loss', 5.1],
    ['train loss', 1],
  ]);
});
