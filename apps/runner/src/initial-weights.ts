import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { NamedTensor } from '@grokscope/model';
import type { CliError } from './errors.js';
import type { LoadedSpec } from './load-spec.js';
import { readSafetensors, weightsFor } from './weights-file.js';

/**
 * Reads a safetensors file as the initial weights of this spec's model; every fault is listed. `note` is called with a
 * description of everything in the file that was not taken unchanged.
 */
export async function readInitialWeights(
  file: string,
  loaded: LoadedSpec,
  note: (line: string) => void = () => undefined,
): Promise<E.Either<CliError, { path: string; weights: readonly NamedTensor[] }>> {
  const read = await readSafetensors(file, '--init-from: ');
  if (E.isLeft(read)) return read;
  const decoded = weightsFor(file, read.right, loaded);
  if (E.isLeft(decoded)) return decoded;
  const { weights, notes } = decoded.right;
  for (const text of notes) note(`--init-from: ${file}: ${text}\n`);
  return E.right({ path: resolve(file), weights });
}
