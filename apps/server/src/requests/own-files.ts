import * as E from 'fp-ts/lib/Either.js';
import type { SpecError } from '@grokscope/schema';
import { isPlainObject, specError } from '@grokscope/schema';
import type { RunRecord } from '@grokscope/store';
import { usedBy, type OwnParts } from 'grokscope';
import { refused, type ServerError } from '../errors.js';

/*
 * Files of parts are code. A server runs those that it was started with (`--use`), and no request names others.
 */

const filesOf = ({ files }: OwnParts): readonly string[] => files.map(({ file }) => file);

/** The input of a request with the server's own files; refused where it names any other. */
export function withOwnFiles(input: unknown, own: OwnParts): E.Either<readonly SpecError[], unknown> {
  if (!isPlainObject(input)) return E.right(input);
  const use = filesOf(own);
  const { use: given } = input as { readonly use?: unknown };
  const isKnown = Array.isArray(given) && given.every((file) => use.includes(String(file)));
  if (given !== undefined && !isKnown) {
    const allowed =
      use.length === 0
        ? 'nothing: this server was started without --use'
        : `nothing, or files that this server was started with: ${use.join(', ')}`;
    return E.left([specError('use', given, allowed)]);
  }
  return E.right(use.length === 0 ? { ...input, use: undefined } : { ...input, use });
}

/**
 * Why a stored run does not go on here and is not analysed: it uses files of parts that the server was not started with,
 * or that have changed since the run began. Undefined where nothing stands in the way.
 */
export function strangeFiles({ spec, parts = [] }: RunRecord, own: OwnParts): ServerError | undefined {
  const known = filesOf(own);
  const strange = usedBy(spec).filter((file) => !known.includes(file));
  if (strange.length > 0) {
    const message = `the run uses parts of ${strange.join(', ')}, and this server was started without: serve --use names them`;
    return refused(403, 'partsNotUsed', message);
  }
  const changed = parts.filter(({ file, sha256 }) =>
    own.files.some((known) => known.file === file && known.sha256 !== sha256),
  );
  if (changed.length === 0) return undefined;
  const names = changed.map(({ file }) => file).join(', ');
  return refused(
    409,
    'partsChanged',
    `${names} changed since the run began; grokscope run --resume takes --allow-changed-parts`,
  );
}
