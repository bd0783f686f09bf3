import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Fact, ToldItem, TrainingItem } from '../index.js';
import { numbered, stamped } from '../index.js';
import type { MetricsEvent } from '@grokscope/schema';

const told = (step: number): Fact<MetricsEvent> => ({
  type: 'metrics',
  step,
  ...{ trainLoss: 1, testLoss: 1, trainAccuracy: 1, testAccuracy: 1 },
  ...{ sumSquaredWeights: 1, stepsPerSecond: 1 },
});
const stampOf = (seq: number) => ({ runId: 'a', seq, time: '1970-01-01T00:00:00.005Z' });
const snapshot: ToldItem = { type: 'snapshot', runId: 'a', step: 1, purpose: 'observe', weights: [] };

const items: Record<string, ToldItem> = { m: told(0), n: told(10), s: snapshot };
const values: Record<string, TrainingItem> = {
  0: stamped(told(0), stampOf(0)),
  1: stamped(told(10), stampOf(1)),
  s: snapshot as TrainingItem,
};

describe('numbered', () => {
  const check = (marbles: string, expected: string, subscription: string, until?: string, error?: unknown) =>
    new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(
      ({ cold, expectObservable, expectSubscriptions }) => {
        const source$ = cold(marbles, items, error);
        const numbered$ = source$.pipe(numbered('a', () => 5));
        expectObservable(numbered$, until).toBe(expected, values, error);
        // Each subscription counts anew.
        expectObservable(numbered$, until).toBe(expected, values, error);
        expectSubscriptions(source$.subscriptions).toBe([subscription, subscription]);
      },
    );

  it('numbers facts without gaps, and passes snapshots', () => check('-msn|', '-0s1|', '^---!'));
  it('never ends where its source does not', () => check('-', '-', '^'));
  it('is empty where its source is', () => check('--|', '--|', '^-!'));
  it('passes an error on', () => check('-m#', '-0#', '^-!', undefined, new Error('a defect')));
  it('lets go of its source when it is unsubscribed', () => check('-m---n', '-0---', '^--!', '---!'));
});

describe('a stamp', () => {
  it('stands after the type, and holds against what the fact says of itself', () => {
    const own = { ...told(3), runId: 'other', seq: 9, time: '' };
    const event = stamped(own, stampOf(4));
    expect(event).toEqual({ ...told(3), ...stampOf(4) });
    expect(Object.keys(event).slice(0, 4)).toEqual(['type', 'runId', 'seq', 'time']);
  });
});
