import type { ModelSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type { WeightsError } from './errors.js';
import { fileTensors, numbersOf, type RawTensor, type RawTensors } from './file-tensors.js';
import type { Model, TaskDimensions } from '../model.js';
import { parameters } from '../parameters.js';
import type { NamedTensor, ParameterInfo } from '../tensor.js';
import { fileFault, isFloat, nameFaults, valueFaults } from './weights-faults.js';

/** Weights as a model takes them, and what in the file was not taken unchanged. */
export interface DecodedWeights {
  readonly weights: readonly NamedTensor[];
  /** In words; empty for a file in the model's own form. */
  readonly notes: readonly string[];
}

/**
 * Decodes weights under TransformerLens names to this model's parameters, in order, in float32. Accepts F32, F16 and
 * BF16, and F64 if a float32 holds the values. Names may have the prefixes `model.`, `module.` and `_orig_mod.`; `mask`
 * and `IGNORE` buffers, step counters, factors of 1 and copies of W_E are left out, and biases that the model does not
 * have are accepted if they are all zeros; if the outputs are the vocabulary, a W_U without a column for "=" gets one
 * of zeros, which no measure of pairs reads.
 *
 * Every fault is listed: missing and unknown tensors, wrong shapes or types, values that are not finite (with the first
 * place) or not exact, biases that are not zero. Faults with one cause are reported as one, with a remedy.
 */
export function decodeNotedWeights(
  raw: RawTensors,
  model: ModelSpec,
  task: TaskDimensions,
  models?: readonly Model[],
): E.Either<readonly WeightsError[], DecodedWeights> {
  const wanted = parameters(model, task, models);
  const file = fileTensors(raw);
  const widened = withEquals(file.tensors, task);
  const tensors = widened ?? file.tensors;
  const whole = fileFault(file, wanted, model, task);
  if (whole !== undefined) return E.left([whole]);
  const errors = [
    ...nameFaults({ ...file, tensors }, wanted),
    ...wanted.flatMap((info) => {
      const tensor = tensors.get(info.name);
      return tensor ? valueFaults(info, tensor) : [];
    }),
  ];
  if (errors.length > 0) return E.left(errors);
  const answers = `unembed.W_U has ${task.dVocabOut - 1} columns: they are the answers, and "=" gets one of zeros`;
  return E.right({
    weights: wanted.map((info) => asFloat32(info, tensors.get(info.name)!)),
    notes: [...file.notes, ...(widened ? [answers] : [])],
  });
}

/** As `decodeNotedWeights`, without the notes. */
export function decodeWeights(
  raw: RawTensors,
  model: ModelSpec,
  task: TaskDimensions,
  models?: readonly Model[],
): E.Either<readonly WeightsError[], readonly NamedTensor[]> {
  const decoded = decodeNotedWeights(raw, model, task, models);
  return E.isLeft(decoded) ? decoded : E.right(decoded.right.weights);
}

const W_U = 'unembed.W_U';
const B_U = 'unembed.b_U';

/**
 * Returns the tensors with a column of zeros for "=" if W_U covers only the answers of a task on pairs
 * (TransformerLens: d_vocab_out = p); undefined if it does not.
 */
function withEquals(
  tensors: ReadonlyMap<string, RawTensor>,
  { dVocab, dVocabOut, nCtx }: TaskDimensions,
): ReadonlyMap<string, RawTensor> | undefined {
  const tensor = tensors.get(W_U);
  const isPairs = nCtx === 3 && dVocab === dVocabOut;
  if (!isPairs || tensor?.shape.length !== 2 || tensor.shape[1] !== dVocabOut - 1) return undefined;
  if (!isFloat(tensor)) return undefined;
  const [, answers] = tensor.shape;
  const widened = new Map(tensors).set(W_U, withZeros(tensor, dVocabOut));
  const bias = tensors.get(B_U);
  // A bias of the answers has no value for "=" either; one of zeros is left out by name.
  if (bias?.shape.length === 1 && bias.shape[0] === answers && isFloat(bias))
    widened.set(B_U, withZeros(bias, dVocabOut));
  return widened;
}

/** Returns a tensor whose rows are padded with zeros to a width. */
function withZeros(tensor: RawTensor, width: number): RawTensor {
  const values = numbersOf(tensor) as ArrayLike<number>;
  const own = tensor.shape.at(-1)!;
  const data = new Float64Array((values.length / own) * width);
  for (let i = 0; i < values.length; i++) data[Math.floor(i / own) * width + (i % own)] = values[i];
  const dtype = tensor.dtype === 'F64' ? 'F64' : 'F32';
  return { dtype, shape: [...tensor.shape.slice(0, -1), width], data };
}

const asFloat32 = ({ name, shape }: ParameterInfo, tensor: RawTensor): NamedTensor => ({
  name,
  shape,
  data: Float32Array.from(numbersOf(tensor) as ArrayLike<number>),
});
