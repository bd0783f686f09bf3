import { expect, it } from 'vitest';
import { metrics, started, viewAfter } from '../testing/events.js';
import { lossTitle } from './loss-title.js';

it('says what the curves show so far', () => {
  const learnt = metrics(70, { trainAccuracy: 1 });
  expect(lossTitle(viewAfter(metrics(0)))).toBe('Loss');
  expect(lossTitle(viewAfter(metrics(0), learnt))).toBe('Learnt by heart by step 70, not yet understood');
  expect(lossTitle(viewAfter(learnt, metrics(1640, { testAccuracy: 1 })))).toBe(
    'Understood 1,570 steps after it was learnt by heart',
  );
  const infinite = started((spec) => ({
    ...spec,
    data: { splitSeed: 0, split: 'native', infinite: true },
  }));
  expect(lossTitle(viewAfter(infinite, metrics(900, { trainAccuracy: 1, testAccuracy: 1 })))).toBe(
    'Learnt by step 900',
  );
  expect(lossTitle(viewAfter(metrics(80, { trainAccuracy: 1, testAccuracy: 1 })))).toBe(
    'Understood as soon as it was learnt',
  );
});
