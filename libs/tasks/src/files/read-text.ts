import * as E from 'fp-ts/lib/Either.js';
import { faulty, type ContentFault } from './file-fault.js';
import { decodeUtf8 } from './utf8.js';

/** A text as tokens. */
export interface TextTokens {
  /** Readable tokens, in the order of their numbers. */
  readonly vocabulary: readonly string[];
  readonly tokens: Int32Array;
}

/** The most different characters of a text. */
const MAX_CHARACTERS = 65_536;

/** The tokens of a file: its bytes, or the characters of its UTF-8, numbered by code point. */
export function readText(
  bytes: Uint8Array,
  unit: 'characters' | 'bytes',
): E.Either<ContentFault, TextTokens> {
  if (bytes.length === 0) return faulty('is empty', 'a text');
  return unit === 'bytes'
    ? E.right({ vocabulary: byteNames, tokens: Int32Array.from(bytes) })
    : E.chain(inCharacters)(decodeUtf8(bytes));
}

/** Printable ASCII as it is, other bytes in hexadecimal. */
const byteNames: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `x${byte.toString(16).padStart(2, '0')}`,
);

/** A character as it is read in a line of text. */
const characterName = (character: string): string => ({ '\n': '⏎', '\t': '⇥' })[character] ?? character;

function inCharacters(text: string): E.Either<ContentFault, TextTokens> {
  const points = Int32Array.from(text, (character) => character.codePointAt(0)!);
  const known = Int32Array.from(new Set(points)).sort();
  if (known.length > MAX_CHARACTERS)
    return faulty(
      `has ${known.length} different characters`,
      `at most ${MAX_CHARACTERS}, or task.tokens: bytes`,
    );
  const tokenOf = new Map(Array.from(known, (point, token) => [point, token]));
  return E.right({
    vocabulary: Array.from(known, (point) => characterName(String.fromCodePoint(point))),
    tokens: points.map((point) => tokenOf.get(point)!),
  });
}
