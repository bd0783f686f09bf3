import * as E from 'fp-ts/lib/Either.js';
import type { SafetensorsFile } from '@grokscope/formats';
import { decodeSafetensors, formatFormatError } from '@grokscope/formats';
import type { DecodedWeights } from '@grokscope/model';
import { decodeNotedWeights } from '@grokscope/model';
import { MAX_TENSOR_FILE_BYTES } from '@grokscope/store';
import type { CliError } from './errors.js';
import { usage } from './errors.js';
import type { LoadedSpec } from './load-spec.js';
import { readInput } from './read-input.js';

const WEIGHTS_FILE = { name: 'a safetensors file', maxBytes: MAX_TENSOR_FILE_BYTES };

/** Reads a safetensors file; `what` names the file in errors: an option, or nothing. */
export async function readSafetensors(file: string, what = ''): Promise<E.Either<CliError, SafetensorsFile>> {
  const bytes = await readInput(file, WEIGHTS_FILE);
  if (E.isLeft(bytes)) return E.left(usage(`${what}${file} ${bytes.left}`));
  const decoded = decodeSafetensors(bytes.right);
  return E.isLeft(decoded) ? badWeights(file, [formatFormatError(decoded.left)]) : decoded;
}

/**
 * Returns the tensors of a file as the weights of this spec's model, and what was not taken unchanged. Left: every
 * fault.
 */
export function weightsFor(
  file: string,
  { tensors }: SafetensorsFile,
  { spec, dataset, own }: LoadedSpec,
): E.Either<CliError, DecodedWeights> {
  const weights = decodeNotedWeights(tensors, spec.model, dataset, own.catalogue.models);
  return E.isLeft(weights)
    ? badWeights(
        file,
        weights.left.map(({ message }) => message),
      )
    : weights;
}

const badWeights = (path: string, messages: readonly string[]): E.Either<CliError, never> =>
  E.left({ _tag: 'BadWeights', path, messages });
