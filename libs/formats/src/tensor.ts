import { fromBfloat16, fromHalf, type Shape } from '@grokscope/base';

/** The typed array of each element type; BOOL uses one byte for each element, 0 or 1. */
export interface DataOf {
  F64: Float64Array;
  F32: Float32Array;
  /** Half precision, as its 16 bits; `floatValues` converts them to numbers. */
  F16: Uint16Array;
  /** The upper half of a float32, as its 16 bits; `floatValues` converts them to numbers. */
  BF16: Uint16Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
  I32: Int32Array;
  U32: Uint32Array;
  I16: Int16Array;
  U16: Uint16Array;
  I8: Int8Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

/** An element type, named as safetensors names it. */
export type Dtype = keyof DataOf;

/** Values with their shape, row-major: `data.length` is the product of `shape`. */
export type Tensor = {
  [D in Dtype]: { readonly dtype: D; readonly shape: Shape; readonly data: DataOf[D] };
}[Dtype];

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

const constructors = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** Every element type that can be read and written. */
export const dtypes = Object.keys(constructors) as readonly Dtype[];

/** Size of an element in bytes. */
export function bytesPerElement(dtype: Dtype): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/**
 * A tensor over a copy of `bytes`, little-endian like the file (and like every platform with WebAssembly). The number
 * of bytes must fit the shape.
 */
export function tensorFromBytes(dtype: Dtype, shape: Shape, bytes: Uint8Array): Tensor {
  // A copy begins at offset 0, so any element type may lie over it; a view into the file might not.
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  const data = new constructors[dtype](copy.buffer);
  // dtype and constructor come from one row of the table above.
  return { dtype, shape, data } as Tensor;
}

/** The numbers of a tensor of floats, each exactly as stored; undefined for a tensor of integers or booleans. */
export function floatValues({ dtype, data }: Tensor): Float32Array | Float64Array | undefined {
  switch (dtype) {
    case 'F64':
    case 'F32':
      return data;
    case 'F16':
      return fromHalf(data);
    case 'BF16':
      return fromBfloat16(data);
    default:
      return undefined;
  }
}

/** The place of a number that is not finite. */
export interface NonFinite {
  readonly name: string;
  /** Flat index into the tensor's data. */
  readonly index: number;
  readonly value: number;
}

/** The first value that is NaN or infinite, in the order of the tensors, or undefined if all are finite. */
export function findNonFinite(tensors: Tensors): NonFinite | undefined {
  for (const [name, tensor] of Object.entries(tensors)) {
    const data = floatValues(tensor) ?? [];
    for (let index = 0; index < data.length; index++) {
      const value = data[index];
      if (!Number.isFinite(value)) return { name, index, value };
    }
  }
  return undefined;
}
