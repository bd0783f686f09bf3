export { decodeSafetensors } from './decode-safetensors.js';
export type { SafetensorsFile } from './decode-safetensors.js';
export { encodeSafetensors } from './encode-safetensors.js';
export { formatFormatError } from './errors.js';
export type { FormatError, MalformedSafetensors } from './errors.js';
export { bytesPerElement, dtypes, findNonFinite } from './tensor.js';
export type { DataOf, Dtype, NonFinite, Tensor, Tensors } from './tensor.js';
