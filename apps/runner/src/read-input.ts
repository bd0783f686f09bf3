import * as E from 'fp-ts/lib/Either.js';
import { FileTooLarge, errorCode, readFileWithin } from '@grokscope/store';

/** A kind of file that a user names on the command line. */
export interface InputKind {
  /** `a spec file`. */
  readonly name: string;
  readonly maxBytes: number;
}

/**
 * Reads a file that a user named, after checking its size; Left: the reason for a failure, as the rest of a sentence.
 * `-` is standard input.
 */
export async function readInput(
  path: string,
  { name, maxBytes }: InputKind,
): Promise<E.Either<string, Buffer>> {
  try {
    return E.right(
      path === '-'
        ? await readStream(process.stdin, maxBytes, name)
        : await readFileWithin(path, maxBytes, name),
    );
  } catch (thrown) {
    return E.left(describeReadFailure(thrown, name));
  }
}

/** Reads a stream to its end, but at most `maxBytes` of it. */
export async function readStream(
  stream: AsyncIterable<Buffer | string>,
  maxBytes: number,
  name: string,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream) {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    if (length > maxBytes) throw new FileTooLarge(undefined, maxBytes, name);
  }
  return Buffer.concat(pieces, length);
}

function describeReadFailure(thrown: unknown, name: string): string {
  if (thrown instanceof FileTooLarge) return thrown.message;
  switch (errorCode(thrown)) {
    case 'ENOENT':
      return 'does not exist';
    case 'EISDIR':
      return `is a folder, not ${name}`;
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read: permission denied';
    default:
      return `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
