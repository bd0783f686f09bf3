/*
 * Text from others (names, notes, messages, paths) on its way to a terminal, a table or a figure. Escape sequences move
 * the cursor, rename the window and forge lines; marks of writing direction show a text in another order than it has.
 */

/** Controls of ASCII and Latin-1, line and paragraph separators, marks of direction, lone surrogates. */
const HARMFUL = /\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\p{Surrogate}|\ufeff/gu;

/** As JSON writes it, so that a JSON text stays one with the same values: ESC is `\u001b`. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * `text` on one line and without effect on a terminal: every control character, line ends included, is shown as its
 * escape (`\u001b`). The same for every text that has none.
 */
export function printable(text: string): string {
  return text.replace(HARMFUL, escaped);
}

/** As `printable`, but line ends and tabs stay; a carriage return before a line end goes. */
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
  // Made when it is needed: a page should not pay for it before.
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** No character that a reader sees as one is longer than this in any living script, emoji sequences included. */
const LONGEST_CHARACTER = 64;

/**
 * `text`, or as much of its beginning as makes `most` characters together with the `…` at its end. No character as a
 * reader sees it is cut in two, and time and length do not grow with what is cut off.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const beginning = text.slice(0, (most + 1) * LONGEST_CHARACTER);
  const characters = graphemes(beginning);
  if (characters.length <= most && beginning.length === text.length) return text;
  const kept: string[] = [];
  // A character of hundreds of accents is none that a reader knows.
  for (const character of characters.slice(0, most - 1)) {
    if (character.length > LONGEST_CHARACTER) break;
    kept.push(character);
  }
  return `${kept.join('')}…`;
}
