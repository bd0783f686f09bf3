import { describe, expect, it } from 'vitest';
import { preset } from '@grokscope/experiments';
import { chanceFrom, chanceOf } from './chance.js';
import { judge } from './judgement.js';
import { metrics, started, viewAfter } from '../testing/events.js';

const spec = preset('quick-grok');
const chance = chanceFrom(1 / 113, 8939);

/**
 * The judgement of a run whose pairs are known from step 100 on, with these test accuracies every 100 steps from there.
 */
const judged = (...tests: number[]) => {
  const rows = tests.map((share, i) =>
    metrics(100 * (i + 1), { trainAccuracy: 1, trainLoss: 0.01, testAccuracy: share }),
  );
  return judge(
    viewAfter(started(), metrics(0, { trainAccuracy: 0.01, testAccuracy: 0.01 }), ...rows),
    spec,
    chance,
    113,
  );
};

describe('the judgement of a curve', () => {
  it('is guessing only while the test accuracy never left chance', () => {
    expect(judged(0.01, 0.02, 0.01)).toMatchObject({ kind: 'guessing', memorized: 100 });
    expect(judged(0.01, 0.3, 0.02)).toMatchObject({ kind: 'partly', trend: 'fallen', before: { step: 200 } });
  });

  it('tells rising from standing still, whatever jumped in between', () => {
    expect(judged(0.02, 0.1, 0.2, 0.266)).toMatchObject({
      trend: 'rising',
      before: { step: 100, share: 0.02 },
    });
    expect(judged(0.55, 0.59, 0.59, 0.59)).toMatchObject({ trend: 'steady', before: { step: 200 } });
    expect(judged(0.55, 0.59, 0.3, 0.59, 0.594)).toMatchObject({ trend: 'steady' });
  });

  it('tells how understanding came: with memorising, after guessing, or gradually', () => {
    expect(judged(0.995)).toMatchObject({ kind: 'understood', way: 'at once' });
    expect(judged(0.02, 0.02, 0.02, 0.5, 0.99)).toMatchObject({ way: 'after guessing', guessedUntil: 300 });
    expect(judged(0.65, 0.92, 0.99)).toMatchObject({
      way: 'gradually',
      guessedUntil: null,
      atMemorized: { share: 0.65 },
    });
    expect(judged(0.02, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)).toMatchObject({ way: 'gradually' });
    expect(judged(0.02, 0.99, 0.9)).toMatchObject({ kind: 'understood', holds: false });
  });

  it('calls by heart what it knows of what it trains on alone', () => {
    expect(judged(0.02, 0.3, 0.4)).toMatchObject({ kind: 'partly', byHeart: true });
    expect(judged(0.65, 0.7, 0.72)).toMatchObject({ kind: 'partly', byHeart: true });
    expect(judged(0.92, 0.93, 0.94)).toMatchObject({ kind: 'partly', byHeart: false });
    expect(judged(0.92, 0.95, 0.97, 0.99)).toMatchObject({ kind: 'understood', byHeart: false });
  });

  it('judges what is no number as such', () => {
    const view = viewAfter(started(), metrics(10, { trainLoss: null, trainAccuracy: 0.05 }));
    expect(judge(view, spec, chance, 113)).toEqual({ kind: 'notFinite', step: 10 });
    expect(judge(viewAfter(started()), spec, chance, 113)).toEqual({ kind: 'unmeasured' });
  });
});

describe('chance', () => {
  it('is the best constant guess: of a product 0, of a marker one of few answers', () => {
    expect(chanceOf(spec).share).toBeCloseTo(1 / 113, 10);
    // 0 is the product of 2p − 1 of p² pairs.
    expect(chanceOf(preset('multiplication')).share).toBeCloseTo(225 / 113 ** 2, 10);
    expect(chanceOf(preset('skip-trigram')).share).toBeGreaterThan(1 / 16);
  });

  it('leaves room for luck where little is measured', () => {
    expect(chanceFrom(1 / 26, 6).bound).toBeGreaterThan(1 / 6);
    expect(chanceFrom(1 / 113, 8939).bound).toBeLessThan(0.06);
  });
});
