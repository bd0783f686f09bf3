import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, resolve, sep } from 'node:path';
import type { FullCatalogue } from '@grokscope/parts';
import { mapFiles, specError } from '@grokscope/schema';
import type { RunSpec, SpecError } from '@grokscope/schema';
import { isOwnFile } from 'grokscope';
import * as E from 'fp-ts/lib/Either.js';

const NONE =
  'names a file, and this server reads none for a request: it was started without a data folder (serve --data)';

/**
 * The spec of a request with the files that it names as whole paths. A request reads no file of this machine but those in
 * the folder that was named at the server's start, by paths relative to it, and those that come with Grokscope. Left lists
 * each file that is none of them; a path out of the folder is told nothing of what is there.
 *
 * @param folder the data folder; undefined where the server has none
 */
export function inDataFolder(
  spec: RunSpec,
  folder: string | undefined,
  catalogue: FullCatalogue,
): E.Either<readonly SpecError[], RunSpec> {
  const errors: SpecError[] = [];
  const whole = mapFiles(spec, catalogue, (file, path) => {
    const found = isOwnFile(file) ? E.right(file) : fileIn(folder, file);
    if (E.isRight(found)) return found.right;
    const allowed =
      folder === undefined
        ? 'grokscope: and the name of a file that comes with it'
        : 'the path of a file in the data folder, relative to it';
    errors.push(specError(path, file, allowed, found.left));
    return file;
  });
  return errors.length > 0 ? E.left(errors) : E.right(whole as RunSpec);
}

function fileIn(folder: string | undefined, file: string): E.Either<string, string> {
  if (folder === undefined) return E.left(NONE);
  const outside = E.left('leads out of the data folder');
  if (isAbsolute(file) || /^[A-Za-z]:/.test(file) || file.includes('\0')) return outside;
  if (file.split(/[\\/]/).includes('..')) return outside;
  try {
    const root = realpathSync(folder);
    // Where links lead decides, not how the path reads.
    const place = realpathSync(resolve(root, file));
    if (!place.startsWith(root.endsWith(sep) ? root : root + sep)) return outside;
    return statSync(place).isFile() ? E.right(place) : E.left('is no file');
  } catch {
    return E.left('is not there');
  }
}
