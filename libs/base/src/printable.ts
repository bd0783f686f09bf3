/*
 * Escapes untrusted text (names, notes, messages, paths) before it reaches a terminal, a table or a figure. Escape
 * sequences move the cursor, rename the window and forge lines; marks of writing direction display a text in a
 * different order.
 */

/** Controls of ASCII and Latin-1, line and paragraph separators, marks of direction, lone surrogates. */
const HARMFUL = /\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\p{Surrogate}|\ufeff/gu;

/** Written as in JSON, so that a JSON text keeps its values: ESC becomes `\u001b`. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * `text` on one line and without effect on a terminal: every control character, line ends included, is written as its
 * escape (`\u001b`). A text without control characters is returned unchanged.
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, escaped);
}

/** As `printable`, but keeps line ends and tabs; a carriage return before a line end is removed. */
export function printableLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(HARMFUL, (character) =>
      character === '\n' || character === '\t' ? character : escaped(character),
    );
}

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as a reader counts them: a letter with its accents is one, and so is a flag. */
export function graphemes(text: string): string[] {
  // Created on first use, so that a page does not pay for it at startup.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** No character in the reader's sense is longer than this in any living script, emoji sequences included. */
const LONGEST_CHARACTER = 64;

/**
 * `text`, or its beginning cut so that it has `most` characters including the `…` at its end. No character in the
 * reader's sense is cut in two, and neither time nor result length grows with the part cut off.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const beginning = text.slice(0, (most + 1) * LONGEST_CHARACTER);
  const characters = graphemes(beginning);
  if (characters.length <= most && beginning.length === text.length) return text;
  const kept: string[] = [];
  // A cluster of hundreds of accents is not a character in the reader's sense.
  for (const character of characters.slice(0, most - 1)) {
    if (character.length > LONGEST_CHARACTER) break;
    kept.push(character);
  }
  return `${kept.join('')}…`;
}
