import { noFiles, type Files } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type { FileFault } from '../errors.js';

/** What is wrong with the contents of a file, before it is known which spec names it. */
export interface ContentFault {
  /** A sentence without the file: `line 7 has no label`. */
  readonly message: string;
  readonly allowed: string;
}

/** Left of a content fault. */
export const faulty = (message: string, allowed: string): E.Either<ContentFault, never> =>
  E.left({ message, allowed });

/** A fault of a file, at the place of a spec that names it. */
export const fileFault = (path: string, file: string, { message, allowed }: ContentFault): FileFault => ({
  _tag: 'FileFault',
  path,
  value: file,
  message,
  allowed,
});

/** The contents of a file that the place `path` of a spec names; Left where it has not been read. */
export function contentsOf(
  path: string,
  file: string,
  files: Files = noFiles,
): E.Either<FileFault, Uint8Array> {
  const bytes = files.get(file);
  if (bytes !== undefined) return E.right(bytes);
  return E.left(
    fileFault(path, file, {
      message: 'was not read here, and the examples are made of it',
      allowed:
        'a run that the command line or a server starts, which read files, or contents given with the spec',
    }),
  );
}

const known = new WeakMap<Uint8Array, Map<string, unknown>>();

/** What is made of the contents of a file, once for each `name`: the same bytes are asked for their size, shape and rows. */
export function remembered<T>(bytes: Uint8Array, name: string, make: () => T): T {
  const made = known.get(bytes) ?? new Map<string, unknown>();
  known.set(bytes, made);
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

/** The last part of a path, whichever system wrote it. */
export const baseName = (file: string): string => file.replace(/^.*[\\/:]/, '');
