import { expect, it } from 'vitest';
import { metrics, started, viewAfter } from '../../testing/events.js';
import type { RunView } from '../../run/run-state.js';
import { chanceFrom } from '../../story/chance.js';
import { lossTitle as titleOf } from './loss-title.js';

const lossTitle = (view: RunView): string => titleOf(view, chanceFrom(1 / 113, 8939));

it('says what the curves show so far', () => {
  const learnt = metrics(70, { trainAccuracy: 1, testAccuracy: 0.01 });
  expect(lossTitle(viewAfter(started(), metrics(0)))).toBe('Loss');
  expect(lossTitle(viewAfter(started(), metrics(0), learnt))).toBe(
    'Learnt by heart by step 70, not yet understood',
  );
  expect(
    lossTitle(
      viewAfter(started(), learnt, metrics(1600, { testAccuracy: 0.04 }), metrics(1640, { testAccuracy: 1 })),
    ),
  ).toBe('Understood 1,570 steps after it was learnt by heart');
  const infinite = started((spec) => ({
    ...spec,
    data: { splitSeed: 0, split: 'native', infinite: true },
  }));
  expect(lossTitle(viewAfter(infinite, metrics(900, { trainAccuracy: 1, testAccuracy: 1 })))).toBe(
    'Learnt by step 900',
  );
  expect(lossTitle(viewAfter(started(), metrics(80, { trainAccuracy: 1, testAccuracy: 1 })))).toBe(
    'Understood as it was learnt',
  );
});
