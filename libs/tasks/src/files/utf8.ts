import * as E from 'fp-ts/lib/Either.js';
import { faulty, type ContentFault } from './file-fault.js';

const NEWLINE = 0x0a;

/** The text of a file in UTF-8, a byte order mark left out and line ends as `\n`; Left names the first line that is none. */
export function decodeUtf8(bytes: Uint8Array): E.Either<ContentFault, string> {
  const text = decoded(bytes);
  if (text !== undefined) return E.right(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (decoded(bytes.subarray(start, end)) === undefined) break;
    start = end + 1;
  }
  return faulty(`line ${line} is not UTF-8`, 'a file in UTF-8');
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
