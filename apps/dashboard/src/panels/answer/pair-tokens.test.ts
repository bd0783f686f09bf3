import { describe, expect, it } from 'vitest';
import { notAToken, tokenChoice, tokenNamed } from './pair-tokens.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i));

describe('what can be asked', () => {
  it('is typed where the tokens are a row of whole numbers, in whatever order they stand', () => {
    expect(tokenChoice([0, 1, 2], numbers(4))).toEqual({ _tag: 'Typed', least: 0, most: 2 });
    // Multiplication leaves zero out and orders by exponents.
    expect(tokenChoice([1, 3, 2, 4], numbers(5))).toEqual({ _tag: 'Typed', least: 1, most: 4 });
  });

  it('is chosen by its word where tokens have words, or numbers with gaps', () => {
    expect(tokenChoice([0, 1], ['012', '021'])).toMatchObject({ _tag: 'Listed' });
    expect(tokenChoice([2, 0], ['a', 'b', 'c'])).toEqual({
      _tag: 'Listed',
      tokens: [
        { token: 0, word: 'a' },
        { token: 2, word: 'c' },
      ],
    });
    expect(tokenChoice([0, 1, 2], ['2', '3', '7'])).toMatchObject({ _tag: 'Listed' });
    expect(tokenChoice([], [])).toMatchObject({ _tag: 'Listed' });
  });

  it('is the token that the number names, not its index', () => {
    expect(tokenNamed(' 3 ', [0, 1], ['2', '3'])).toBe(1);
    expect(tokenNamed('007', [7], numbers(8))).toBe(7);
    for (const wrong of ['', ' ', '2', '500', '-1', '1.5', 'x', 'NaN'])
      expect(tokenNamed(wrong, [0, 1], numbers(3)), wrong).toBeNull();
  });

  it('says what is allowed where it is not', () => {
    expect(notAToken('a', '500', { least: 0, most: 112 })).toBe(
      'a cannot be 500: it is a whole number from 0 to 112.',
    );
    expect(notAToken('b', ' ', { least: 1, most: 112 })).toBe('Enter b: a whole number from 1 to 112.');
  });
});
