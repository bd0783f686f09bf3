import { expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.js';

it('does one piece of work at a time while so many wait, and refuses the rest', async () => {
  const queue = new OneAtATime(8);
  let atWork = 0;
  let most = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const work = async (n: number): Promise<number> => {
    most = Math.max(most, ++atWork);
    await gate;
    atWork -= 1;
    if (n === 3) throw new Error('three');
    return n;
  };
  const asked = Array.from({ length: 12 }, (_, n) => queue.add(() => work(n)));
  // One in progress, eight waiting.
  expect(asked.map((each) => each !== undefined)).toEqual([
    ...Array<boolean>(9).fill(true),
    false,
    false,
    false,
  ]);
  release();
  const outcomes = await Promise.allSettled(asked.filter((each) => each !== undefined));
  expect(outcomes.map(({ status }) => status)).toEqual(
    outcomes.map((_, n) => (n === 3 ? 'rejected' : 'fulfilled')),
  );
  expect(most).toBe(1);
  expect(await queue.add(() => Promise.resolve('again'))).toBe('again');
});
