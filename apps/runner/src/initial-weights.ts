import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as E from 'fp-ts/lib/Either.js';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import type { NamedTensor } from '@grokscope/model';
import { decodeWeights } from '@grokscope/model';
import { errorCode } from '@grokscope/store';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import type { LoadedSpec } from './load-spec.js';

/** Reads a safetensors file as the weights this spec's model starts from; every fault is listed. */
export async function readInitialWeights(
  file: string,
  { spec, dataset }: LoadedSpec,
): Promise<E.Either<CliError, { path: string; weights: readonly NamedTensor[] }>> {
  const path = resolve(file);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    const code = errorCode(thrown);
    const why =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder, not a safetensors file'
          : `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    return E.left(usage(`--init-from: ${file} ${why}`));
  }
  const badWeights = (messages: readonly string[]): E.Either<CliError, never> =>
    E.left({ _tag: 'BadWeights', path: file, messages });
  const decoded = decodeSafetensors(bytes);
  if (E.isLeft(decoded)) return badWeights([formatFormatError(decoded.left)]);
  const weights = decodeWeights(decoded.right.tensors, spec.model, dataset);
  if (E.isLeft(weights)) return badWeights(weights.left.map(({ message }) => message));
  return E.right({ path, weights: weights.right });
}
