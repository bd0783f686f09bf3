import { formatShape, sameShape, sizeOf, type Shape } from '@grokscope/base';
import type { ModelSpec } from '@grokscope/schema';
import type { WeightsError } from './errors.js';
import { numbersOf, type FileTensors, type RawTensor } from './file-tensors.js';
import { describeMismatch } from './model-mismatch.js';
import type { TaskDimensions } from '../model.js';
import { isMlp } from '../models/mlp.js';
import { isTransformer } from '../models/transformer-spec.js';
import type { ParameterInfo } from '../tensor.js';

/** Biases: if a model does not have one, all zeros mean the same model. */
const BIAS = /(^|\.)b_([QKVOU]|in|out)$/;
/** Those that exist only with `biases: all`. */
const FURTHER_BIAS = /(^|\.)b_[QKVOU]$/;
const NORM = /(^|\.)ln\w*\.[wb]$/;
const MLP_BIAS = /(^|\.)b_(in|out)$/;

/** The most names shown from a long list. */
const SHOWN = 3;

/** Element types of numbers that a network can have learned. */
const FLOATS = new Set(['F64', 'F32', 'F16', 'BF16']);
export const isFloat = ({ dtype }: RawTensor): boolean => FLOATS.has(dtype);

const fault = (tensor: string, what: string): WeightsError => ({
  _tag: 'WeightsError',
  tensor,
  message: `${tensor} ${what}`,
});

/** `a, b, c and 4 more`. */
const some = (names: readonly string[]): string =>
  names.length <= SHOWN + 1
    ? names.join(', ')
    : `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more`;

/** Whether the tensor names in a file are enough to distinguish its model from this one. */
const isBuiltIn = (model: ModelSpec): boolean => isMlp(model) || isTransformer(model);

/** Returns the one reason why a file as a whole cannot be this model's, with a remedy; undefined if there is none. */
export function fileFault(
  { tensors, clashes }: FileTensors,
  wanted: readonly ParameterInfo[],
  model: ModelSpec,
  task: TaskDimensions,
): WeightsError | undefined {
  if (clashes.length > 0) {
    const [[a, b]] = clashes;
    return fault('file', `has ${a} and ${b}, which stand for one and the same tensor: leave one of them out`);
  }
  if (tensors.size === 0)
    return fault('file', 'holds no tensor, only metadata: the weights themselves were not saved in it');
  const names = wanted.map(({ name }) => name);
  if (!names.some((name) => tensors.has(name))) {
    const has = some([...tensors.keys()]);
    return fault(
      'file',
      `has none of the ${names.length} tensors of this model; it has ${has}. Give them the names of TransformerLens: ${some(names)}`,
    );
  }
  const mismatch = isBuiltIn(model) ? describeMismatch(tensors, model, task) : undefined;
  return mismatch === undefined ? undefined : fault('file', mismatch);
}

/** Returns the tensors that a file lacks or has in excess; those that are missing for one reason are one fault. */
export function nameFaults(
  { tensors }: FileTensors,
  wanted: readonly ParameterInfo[],
): readonly WeightsError[] {
  const names = new Set(wanted.map(({ name }) => name));
  const missing = [...names].filter((name) => !tensors.has(name));
  const extra = [...tensors.keys()].filter((name) => !names.has(name));
  return [
    ...missingFaults(missing, wanted),
    ...extra.filter((name) => !BIAS.test(name)).map((name) => unknownFault(name, tensors.get(name)!)),
    ...biasFaults(
      extra.filter((name) => BIAS.test(name)),
      tensors,
    ),
  ];
}

function missingFaults(
  missing: readonly string[],
  wanted: readonly ParameterInfo[],
): readonly WeightsError[] {
  const all = (pattern: RegExp): boolean =>
    missing.some((name) => pattern.test(name)) &&
    wanted.every(({ name }) => !pattern.test(name) || missing.includes(name));
  const groups: WeightsError[] = [];
  const rest = (pattern: RegExp): string[] => missing.filter((name) => pattern.test(name));
  const [noNorm, noBias, noFurther] = [all(NORM), all(MLP_BIAS), all(FURTHER_BIAS)];
  const normalization = wanted.some(({ name }) => NORM.test(name) && name.endsWith('.b'))
    ? 'layerNorm'
    : 'rmsNorm';
  if (noNorm)
    groups.push(
      fault(
        rest(NORM)[0],
        `and all other weights of normalisation are missing where the spec says normalization: ${normalization}. They were ` +
          'folded into the weights beside them (TransformerLens: fold_ln=True, normalization LNPre). Save the network with ' +
          'fold_ln=False; or, if it has no normalisation, give --set model.normalization=none',
      ),
    );
  if (noBias)
    groups.push(
      fault(
        rest(MLP_BIAS)[0],
        'and all other biases of the MLP are missing; this model has them. If the network has none, add them to the file as zeros, or give --set model.biases=none',
      ),
    );
  if (noFurther)
    groups.push(
      fault(
        rest(FURTHER_BIAS)[0],
        'and all other biases of attention and logits are missing where the spec says biases: all. If the network has none, leave that out, or add them to the file as zeros',
      ),
    );
  const left = missing.filter(
    (name) =>
      !(noNorm && NORM.test(name)) &&
      !(noBias && MLP_BIAS.test(name)) &&
      !(noFurther && FURTHER_BIAS.test(name)),
  );
  const shapeOf = new Map(wanted.map(({ name, shape }) => [name, shape]));
  return [
    ...groups,
    ...left.map((name) => fault(name, `missing; wanted float32 ${formatShape(shapeOf.get(name)!)}`)),
  ];
}

function unknownFault(name: string, tensor: RawTensor): WeightsError {
  if (tensor.data.length === 1) {
    const value = String(numbersOf(tensor)[0]);
    return fault(
      name,
      `is a single number, ${value}, that this model does not have. If it is no part of the network, leave it out of the file`,
    );
  }
  return fault(name, `${formatShape(tensor.shape)} is no tensor of this model`);
}

function biasFaults(
  names: readonly string[],
  tensors: ReadonlyMap<string, RawTensor>,
): readonly WeightsError[] {
  const bad = names.flatMap((name) => {
    const values = numbersOf(tensors.get(name)!);
    const at = findIndex(values, (x) => Number(x) !== 0);
    return at < 0 ? [] : [{ name, what: `value ${at} is ${String(values[at])}` }];
  });
  if (bad.length === 0) return [];
  const [{ name, what }, ...others] = bad;
  const setting =
    bad.some(({ name }) => FURTHER_BIAS.test(name)) || !name.startsWith('blocks.') ? 'all' : 'mlp';
  const also = others.length === 0 ? '' : ` (${some(others.map((other) => other.name))} too)`;
  return [
    fault(
      name,
      `${what}; this model has no such bias${also}, so only zeros are accepted: with them the network is the same. To read it with its biases: --set model.biases=${setting}`,
    ),
  ];
}

/** Returns the faults in the values of a tensor that a model has; none if they can be read. */
export function valueFaults({ name, shape }: ParameterInfo, tensor: RawTensor): readonly WeightsError[] {
  if (!isFloat(tensor))
    return [fault(name, `has type ${tensor.dtype}; wanted F32 (F64, F16 and BF16 are read too)`)];
  if (!sameShape(tensor.shape, shape)) return [fault(name, shapeMessage(tensor.shape, shape))];
  const values = numbersOf(tensor);
  const count = sizeOf(shape);
  const bad = findIndex(values, (x) => !Number.isFinite(Number(x)));
  if (bad >= 0)
    return [fault(name, `value ${bad} of ${count} is ${String(values[bad])}; wanted finite numbers`)];
  if (tensor.dtype !== 'F64') return [];
  const rounded = findIndex(values, (x) => Math.fround(Number(x)) !== x);
  if (rounded < 0) return [];
  const value = String(values[rounded]);
  return [
    fault(
      name,
      `has type F64, and float32 cannot hold value ${rounded} of ${count}, ${value}, exactly. Round it yourself: save the tensors as float32 (in PyTorch: tensor.float())`,
    ),
  ];
}

function shapeMessage(got: Shape, want: Shape): string {
  const message = `has shape ${formatShape(got)}; the model wants ${formatShape(want)}`;
  const isTransposed = got.length === 2 && sameShape([got[1], got[0]], want);
  return isTransposed
    ? `${message}: it lies the other way round, as nn.Linear keeps it. Save it transposed (in PyTorch: tensor.T.contiguous())`
    : message;
}

function findIndex(values: ArrayLike<number | bigint>, test: (x: number | bigint) => boolean): number {
  for (let i = 0; i < values.length; i++) if (test(values[i])) return i;
  return -1;
}
