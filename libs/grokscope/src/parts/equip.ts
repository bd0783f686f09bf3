import { resolve } from 'node:path';
import type { Measure } from '@grokscope/interpret';
import { builtIn, isBuiltIn, withFiles, type FullCatalogue } from '@grokscope/parts';
import type { Files } from '@grokscope/schema';
import { InvalidSpec, isPlainObject, specError } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type * as TE from 'fp-ts/lib/TaskEither.js';
import { isPartFault, type DefinedPart } from './defined.js';
import { loadParts } from './load-parts.js';
import { noOwnParts, withParts, type OwnParts } from './own-parts.js';

/** Parts that code passes in, beside those in the files that a spec names in `use`. */
export interface PartsOptions {
  /** Parts of the caller's own, as `defineTask`, `defineModel`, … return them. */
  readonly parts?: readonly DefinedPart[];
  /** The parts that the spec may name; default: the built-in ones. */
  readonly catalogue?: FullCatalogue;
  /** Measures beside the built-in ones. */
  readonly measures?: readonly Measure[];
}

/** Whether code passes in parts: they are code, so that they cannot be sent to another thread. */
export const hasCode = ({ parts = [], catalogue = builtIn, measures = [] }: PartsOptions): boolean =>
  parts.length > 0 || !isBuiltIn(catalogue) || measures.length > 0;

/** What code passes in, with the contents of the data files that a spec names. */
export const codeWithFiles = <O extends PartsOptions>(options: O, files: Files | undefined): O =>
  files === undefined ? options : { ...options, catalogue: withFiles(options.catalogue ?? builtIn, files) };

/** The files that a spec or a sweep names in `use`; any other value there is left for the decoder to refuse. */
export function usedBy(input: unknown): readonly string[] {
  const use = isPlainObject(input) ? (input as { readonly use?: unknown }).use : undefined;
  return Array.isArray(use) ? use.filter((file): file is string => typeof file === 'string') : [];
}

/**
 * Returns a spec or a sweep whose files in `use` are absolute (they are relative to `folder`), so that it means the
 * same in every process.
 */
export function withAbsoluteUse<T>(input: T, folder = process.cwd()): T {
  const files = usedBy(input);
  if (files.length === 0) return input;
  const { use } = input as { readonly use: readonly unknown[] };
  return { ...input, use: use.map((file) => (typeof file === 'string' ? resolve(folder, file) : file)) };
}

/** The parts that code passes in. Left: `InvalidSpec` for a part whose name is taken. */
export function codeParts({
  parts = [],
  catalogue,
  measures,
}: PartsOptions): E.Either<InvalidSpec, OwnParts> {
  const given: OwnParts = {
    ...noOwnParts,
    ...(catalogue === undefined ? {} : { catalogue }),
    ...(measures === undefined ? {} : { measures }),
  };
  try {
    return E.right(withParts(given, parts));
  } catch (thrown) {
    if (!(isPartFault(thrown) || thrown instanceof TypeError)) throw thrown;
    const allowed = 'parts that defineTask, defineModel, … return, each with a name of its own';
    return E.left(new InvalidSpec([specError('parts', undefined, allowed, thrown.message)]));
  }
}

/**
 * Everything that a run of this spec may use: what code passes in, and what the files of `use` export. Left:
 * `InvalidSpec` for a file or a part.
 */
export const equip =
  (input: unknown, options: PartsOptions = {}): TE.TaskEither<InvalidSpec, OwnParts> =>
  async () => {
    const given = codeParts(options);
    return E.isLeft(given) ? given : loadParts(usedBy(input), given.right)();
  };
