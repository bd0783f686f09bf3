import { describe, expect, it } from 'vitest';
import { threadsFor, whyThreads } from './threads.js';

describe('threads of a run in the page', () => {
  it('are one a core, four at most, where memory can be shared; else one', () => {
    expect([1, 2, 4, 16].map((cores) => threadsFor({ isolated: true, cores }))).toEqual([1, 2, 4, 4]);
    expect(threadsFor({ isolated: false, cores: 8 })).toBe(1);
    // A browser that hides its cores reports none.
    expect(threadsFor({ isolated: true, cores: 0 })).toBe(1);
  });

  it('are explained by what the browser offers', () => {
    expect(whyThreads(2, { isolated: true, cores: 2 })).toMatch(/^2 threads share memory/);
    expect(whyThreads(1, { isolated: false, cores: 8 })).toMatch(
      /^one thread, because .*not cross-origin isolated/,
    );
    expect(whyThreads(1, { isolated: true, cores: 1 })).toMatch(/one core$/);
    // The engine has the last word.
    expect(whyThreads(1, { isolated: true, cores: 4 })).toMatch(/share no memory$/);
  });
});
