import { readFile } from 'node:fs/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { SafetensorsFile } from '@grokscope/formats';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import type { NamedTensor } from '@grokscope/model';
import { decodeWeights } from '@grokscope/model';
import { errorCode } from '@grokscope/store';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import type { LoadedSpec } from './load-spec.js';

/** Reads a safetensors file; `what` names the file in errors: an option, or nothing. */
export async function readSafetensors(file: string, what = ''): Promise<E.Either<CliError, SafetensorsFile>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (thrown) {
    return E.left(usage(`${what}${file} ${describeReadFailure(thrown)}`));
  }
  const decoded = decodeSafetensors(bytes);
  return E.isLeft(decoded) ? badWeights(file, [formatFormatError(decoded.left)]) : decoded;
}

/** The tensors of a file as the weights of this spec's model; every fault is listed. */
export function weightsFor(
  file: string,
  { tensors }: SafetensorsFile,
  { spec, dataset }: LoadedSpec,
): E.Either<CliError, readonly NamedTensor[]> {
  const weights = decodeWeights(tensors, spec.model, dataset);
  return E.isLeft(weights)
    ? badWeights(
        file,
        weights.left.map(({ message }) => message),
      )
    : weights;
}

const badWeights = (path: string, messages: readonly string[]): E.Either<CliError, never> =>
  E.left({ _tag: 'BadWeights', path, messages });

function describeReadFailure(thrown: unknown): string {
  switch (errorCode(thrown)) {
    case 'ENOENT':
      return 'does not exist';
    case 'EISDIR':
      return 'is a folder, not a safetensors file';
    default:
      return `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
  }
}
