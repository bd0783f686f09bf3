import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphemes, printable, printableLines, shortened } from './index.js';

describe('text from others', () => {
  it.each([
    ['a colour', '\u001b[31mred', '\\u001b[31mred'],
    ['a window title and a bell', '\u001b]0;mine\u0007', '\\u001b]0;mine\\u0007'],
    ['an escape of one byte', '\u009b2J', '\\u009b2J'],
    ['another direction', 'txt.\u202Eexe', 'txt.\\u202eexe'],
    ['a line of its own', 'a\nDeleted everything\r', 'a\\u000aDeleted everything\\u000d'],
    ['half a character', '\ud83d!', '\\ud83d!'],
    ['letters of the world', 'Größe 大きさ 👩‍👩‍👧 नमस्ते', 'Größe 大きさ 👩‍👩‍👧 नमस्ते'],
  ])('shows %s and obeys it not', (_, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps its lines where they may stand', () => {
    expect(printableLines('a\r\n\tb\u001bc')).toBe('a\n\tb\\u001bc');
  });

  it('in JSON stays the same value', () => {
    const anything = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(anything, (text) => {
        expect(JSON.parse(printableLines(JSON.stringify({ text })))).toEqual({ text });
        expect(printable(printable(text))).toBe(printable(text));
        expect(printable(text)).not.toMatch(/\p{Cc}/u);
      }),
      { seed: 43 },
    );
  });
});

describe('cut short', () => {
  it('keeps characters whole as a reader sees them', () => {
    expect(shortened('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧…');
    expect(shortened('e\u0301e\u0301e\u0301', 3)).toBe('e\u0301e\u0301e\u0301');
    expect(shortened('grokking', 5)).toBe('grok…');
    expect(shortened('grok', 4)).toBe('grok');
  });

  it('never has more characters than asked for, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        (text, most) => {
          const short = shortened(text, most);
          expect(graphemes(short).length).toBeLessThanOrEqual(Math.max(most, 1));
          expect(short === text || short.endsWith('…')).toBe(true);
          expect(text.startsWith(short.replace(/…$/, ''))).toBe(true);
        },
      ),
      { seed: 44 },
    );
  });

  it('is short even where a character has a million accents', () => {
    expect(shortened(`a${'\u0301'.repeat(1e6)}`, 10).length).toBeLessThan(1000);
  });
});
