import { describe, expect, it } from 'vitest';
import { InvariantError, formatShape, invariant, nearest, sameShape, sizeOf } from './index.js';

describe('shapes', () => {
  it('counts elements, one for a scalar and none with an empty axis', () => {
    expect([sizeOf([]), sizeOf([3, 5, 2]), sizeOf([4, 0])]).toEqual([1, 30, 0]);
  });
  it('compares axis by axis', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2], [2, 1])).toBe(false);
    expect(formatShape([2, 3])).toBe('[2, 3]');
  });
});

describe('invariant', () => {
  it('throws its message, and only when the promise is broken', () => {
    expect(() => invariant(true, 'never')).not.toThrow();
    expect(() => invariant(0, 'broken')).toThrow(new InvariantError('broken'));
  });
});

describe('nearest', () => {
  it('finds what a misspelling meant', () => {
    expect(nearest('wieghtDecay', ['lr', 'weightDecay', 'betas'])).toBe('weightDecay');
    expect(nearest('QUICKGROK', ['mainline', 'quick-grok'])).toBe('quick-grok');
  });
  it('finds a name of any length with a letter lost, added, changed or swapped', () => {
    const names = ['lr', 'betas', 'weightDecay', 'blocks.0.mlp.W_in', 'blocks.10.attn.W_Q', 'm'.repeat(64)];
    for (const name of names) {
      for (let at = 1; at < name.length; at++) {
        const [start, letter, rest] = [name.slice(0, at), name[at]!, name.slice(at + 1)];
        const swapped = start.slice(0, -1) + letter + start.slice(-1) + rest;
        for (const word of [start + rest, `${start}X${letter}${rest}`, `${start}X${rest}`, swapped]) {
          expect(nearest(word.slice(0, 64), names), word).toBe(name);
        }
      }
    }
  });
  it('stays silent when nothing is close', () => {
    expect(nearest('banana', ['lr', 'weightDecay'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });
});
