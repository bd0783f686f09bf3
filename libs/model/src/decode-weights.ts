import { formatShape, sameShape, sizeOf, type Shape } from '@grokscope/base';
import type { ModelSpec } from '@grokscope/schema';
import * as E from 'fp-ts/lib/Either.js';
import type { WeightsError } from './errors.js';
import { parameters, type NamedTensor, type ParameterInfo, type TaskDimensions } from './parameters.js';

/** A tensor as a file holds it, whatever its type. */
export interface RawTensor {
  readonly dtype: string;
  readonly shape: Shape;
  readonly data: ArrayLike<number | bigint>;
}

/** Buffers that TransformerLens saves beside the weights; they hold nothing learned. */
const IGNORED = /(^|\.)(mask|IGNORE)$/;
/** Biases this architecture does not have: all zeros means the same model. */
const ZERO_BIAS = /(^|\.)b_[QKVOU]$/;

const SHOWN = 5;

/**
 * Weights under TransformerLens names as this model's parameters, in order. `mask` and `IGNORE` buffers are skipped,
 * all-zero b_Q b_K b_V b_O b_U accepted. Every fault is listed: missing and unknown tensors, wrong shapes or types,
 * values that are not finite (with the first place), biases that are not zero.
 */
export function decodeWeights(
  tensors: Readonly<Record<string, RawTensor>>,
  model: ModelSpec,
  task: TaskDimensions,
): E.Either<readonly WeightsError[], readonly NamedTensor[]> {
  const wanted = parameters(model, task);
  const names = new Set(wanted.map(({ name }) => name));
  const errors = [
    ...wanted.flatMap((info) =>
      checkTensor(info, Object.hasOwn(tensors, info.name) ? tensors[info.name] : undefined),
    ),
    ...Object.entries(tensors)
      .filter(([name]) => !names.has(name))
      .flatMap(([name, tensor]) => checkExtra(name, tensor, wanted)),
  ];
  if (errors.length > 0) return E.left(errors);
  return E.right(
    wanted.map(({ name, shape }) => ({
      name,
      shape,
      data: Float32Array.from(tensors[name].data as ArrayLike<number>),
    })),
  );
}

function checkTensor({ name, shape }: ParameterInfo, tensor: RawTensor | undefined): readonly WeightsError[] {
  if (!tensor) return [fault(name, `missing; wanted float32 ${formatShape(shape)}`)];
  if (tensor.dtype !== 'F32') return [fault(name, `has type ${tensor.dtype}; wanted F32`)];
  if (!sameShape(tensor.shape, shape))
    return [fault(name, `has shape ${formatShape(tensor.shape)}; the model wants ${formatShape(shape)}`)];
  const bad = findIndex(tensor.data, (x) => !Number.isFinite(Number(x)));
  return bad < 0
    ? []
    : [fault(name, `value ${bad} of ${sizeOf(shape)} is ${String(tensor.data[bad])}; wanted finite numbers`)];
}

function checkExtra(
  name: string,
  tensor: RawTensor,
  wanted: readonly ParameterInfo[],
): readonly WeightsError[] {
  if (IGNORED.test(name)) return [];
  if (!ZERO_BIAS.test(name)) {
    const known = wanted.slice(0, SHOWN).map((info) => info.name);
    return [
      fault(name, `is no tensor of this model (it has ${known.join(', ')}, … ${wanted.length} in all)`),
    ];
  }
  const bad = findIndex(tensor.data, (x) => Number(x) !== 0);
  return bad < 0
    ? []
    : [
        fault(
          name,
          `value ${bad} is ${String(tensor.data[bad])}; this model has no such bias, so only zeros are accepted`,
        ),
      ];
}

const fault = (tensor: string, what: string): WeightsError => ({
  _tag: 'WeightsError',
  tensor,
  message: `${tensor} ${what}`,
});

function findIndex(values: ArrayLike<number | bigint>, test: (x: number | bigint) => boolean): number {
  for (let i = 0; i < values.length; i++) if (test(values[i])) return i;
  return -1;
}
