/** How much a JSON text may hold. */
export interface JsonBounds {
  /** Nesting depth of lists and objects. */
  readonly maxDepth: number;
  /** Values of every kind: texts, numbers, lists, objects, at every depth. */
  readonly maxValues: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * Describes how a JSON text exceeds `bounds`, as the rest of a sentence ("is nested more than 32 levels deep");
 * undefined if it does not. Whether the text is valid JSON is left to `JSON.parse`.
 *
 * To be checked before parsing: `JSON.parse` takes a hundred times as long for a megabyte of brackets or of short keys
 * as for a megabyte of text, and later readers of the result are slowed in the same way. The check makes one pass and
 * allocates nothing.
 */
export function jsonExcess(text: string, { maxDepth, maxValues }: JsonBounds): string | undefined {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(text, at);
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++depth > maxDepth) return `is nested more than ${maxDepth} levels deep`;
        if (++values > maxValues) return `holds more than ${maxValues} values`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case COMMA:
        if (++values > maxValues) return `holds more than ${maxValues} values`;
        break;
    }
  }
  return undefined;
}

/** The index of the quote that closes the one at `start`; the text's length if there is none. */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return text.length;
}
