import { describe, expect, it } from 'vitest';
import { latestWins } from './latest-wins.js';

const harness = () => {
  const sent: number[] = [];
  return { sent, ...latestWins<number>((value) => sent.push(value)) };
};

describe('latest wins', () => {
  it('hands on the first at once and, while it is under way, only the newest of the rest', () => {
    const { sent, offer, taken } = harness();
    for (const value of [1, 2, 3]) offer(value);
    expect(sent).toEqual([1]);
    taken();
    expect(sent).toEqual([1, 3]);
    taken();
    expect(sent).toEqual([1, 3]);
    offer(4);
    expect(sent).toEqual([1, 3, 4]);
  });

  it('hands on what waits when nothing will be taken any more', () => {
    const { sent, offer, flush } = harness();
    offer(1);
    flush();
    offer(2);
    offer(3);
    flush();
    expect(sent).toEqual([1, 3]);
  });
});
