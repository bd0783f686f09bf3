import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Budget } from './budget.js';
import { Limits } from './limits.js';
import { Pace } from './pace.js';

let clock = 0;
const now = (): number => clock;
const times = (count: number, ask: () => boolean): number => {
  let admitted = 0;
  for (let i = 0; i < count; i++) if (ask()) admitted += 1;
  return admitted;
};

describe('a budget', () => {
  it('lets a burst through and then so much a second', () => {
    const budget = new Budget({ perSecond: 10, burst: 5 }, now);
    expect(times(20, () => budget.take(1))).toBe(5);
    clock += 300;
    expect(times(20, () => budget.take(1))).toBe(3);
    expect(budget.spend(2)).toBe(200);
    clock += 60_000;
    expect(budget.isFull).toBe(true);
    expect(times(20, () => budget.take(1))).toBe(5);
  });
});

describe('limits', () => {
  it('hold each address by itself', () => {
    const limits = new Limits(now);
    expect(times(5000, () => limits.admitsRequest('10.0.0.1'))).toBe(2000);
    expect(limits.admitsRequest('10.0.0.2')).toBe(true);
    clock += 1000;
    expect(times(5000, () => limits.admitsRequest('10.0.0.1'))).toBe(1000);
  });

  it('let no one try many tokens, nor lock out a connection that has shown the right one', () => {
    const limits = new Limits(now);
    const [friend, guesser] = [{} as Socket, {} as Socket];
    limits.sawToken(true, '10.0.0.1', friend);
    const guess = (): boolean => {
      const isLookedAt = limits.admitsToken('10.0.0.1', guesser);
      if (isLookedAt) limits.sawToken(false, '10.0.0.1', guesser);
      return isLookedAt;
    };
    expect(times(1000, guess)).toBe(50);
    expect(limits.admitsToken('10.0.0.1', friend)).toBe(true);
    expect(limits.admitsToken('10.0.0.2', guesser)).toBe(true);
    clock += 1000;
    expect(times(1000, guess)).toBe(5);
  });

  it('keep no account of ever more addresses', () => {
    const limits = new Limits(now);
    for (let n = 0; n < 30_000; n++) limits.admitsRequest(`10.0.${n >> 8}.${n & 255}`);
    const { budgets } = (limits as unknown as { requests: { budgets: Map<string, unknown> } }).requests;
    expect(budgets.size).toBeLessThanOrEqual(10_000);
  });
});

describe('the pace of a client', () => {
  afterEach(() => vi.useRealTimers());
  const paced = () => {
    vi.useFakeTimers();
    const done: string[] = [];
    const pace = new Pace({ pause: () => done.push('pause'), resume: () => done.push('resume') });
    return { pace, done };
  };

  it('is not touched where it speaks like anybody, and slowed where it floods', () => {
    const { pace, done } = paced();
    for (let i = 0; i < 100; i++) pace.spend(200);
    expect(done).toEqual([]);
    for (let i = 0; i < 5000; i++) pace.spend(200);
    expect(done).toEqual(['pause']);
    vi.advanceTimersByTime(5000);
    expect(done).toEqual(['pause', 'resume']);
  });

  it('counts bytes, and stops while answers pile up', () => {
    const { pace, done } = paced();
    for (let i = 0; i < 5; i++) pace.spend(4 << 20);
    expect(done).toEqual(['pause']);
    pace.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(done).toEqual(['pause']);
    pace.hold(false);
    expect(done).toEqual(['pause', 'resume']);
    pace.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
