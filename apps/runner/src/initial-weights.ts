import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import type { NamedTensor } from '@grokscope/model';
import type { CliError } from './errors.js';
import type { LoadedSpec } from './load-spec.js';
import { readSafetensors, weightsFor } from './weights-file.js';

/** Reads a safetensors file as the weights this spec's model starts from; every fault is listed. */
export async function readInitialWeights(
  file: string,
  loaded: LoadedSpec,
): Promise<E.Either<CliError, { path: string; weights: readonly NamedTensor[] }>> {
  const read = await readSafetensors(file, '--init-from: ');
  if (E.isLeft(read)) return read;
  const weights = weightsFor(file, read.right, loaded);
  return E.isLeft(weights) ? weights : E.right({ path: resolve(file), weights: weights.right });
}
