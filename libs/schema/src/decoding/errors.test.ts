import { graphemes } from '@grokscope/base';
import { describe, expect, it } from 'vitest';
import { formatValue } from './errors.js';
import { unknownKey } from './validate.js';

const FAMILY = '👩‍👩‍👧‍👦';
const ACCENTED = 'e\u0301\u0323';

describe('a value in a message', () => {
  it.each([
    ['emoji', FAMILY],
    ['letters with accents', ACCENTED],
    ['letters beyond the first plane', '𝔾'],
    ['ASCII', 'x'],
  ])('is cut between characters as a reader sees them: %s', (_, character) => {
    // Every offset of the cut from the beginning of a character.
    for (const before of ['', 'a', 'ab', 'abc', 'abcd', 'abcde']) {
      const shown = formatValue(before + character.repeat(200));
      expect(shown.endsWith('…')).toBe(true);
      const kept = shown.slice(1 + before.length, -1);
      expect(kept.replaceAll(character, '')).toBe('');
      expect(graphemes(shown)).toHaveLength(81);
      const listed = formatValue({ key: before + character.repeat(200), other: 1 });
      expect(listed.slice(8 + before.length, -1).replaceAll(character, '')).toBe('');
      const key = unknownKey('', before + character.repeat(200), 1, ['lr']).path;
      expect(key.slice(before.length, -1).replaceAll(character, '')).toBe('');
    }
  });

  it('is whole where it is short', () => {
    expect(formatValue(`${FAMILY}, ${ACCENTED}`)).toBe(`"${FAMILY}, ${ACCENTED}"`);
    expect(formatValue('x'.repeat(78))).toBe(`"${'x'.repeat(78)}"`);
    expect(formatValue('x'.repeat(100))).toBe(`"${'x'.repeat(79)}…`);
  });
});
