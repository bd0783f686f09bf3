import { sameShape } from '@grokscope/base';
import type { ParameterInfo } from '../tensor.js';

/*
 * W_Q, W_K and W_V are [nHeads, dModel, dHead] in files and [dModel, nHeads·dHead] in the graph; every other tensor has
 * the same order of values in both. Optimizer moments follow their parameter.
 */

/** Whether the two layouts order the values differently: W_Q, W_K, W_V with more than one head. */
const isSplitByHead = ({ shape, graphShape }: ParameterInfo): boolean =>
  shape.length === 3 && !sameShape([shape[0] * shape[1], shape[2]], graphShape);

/** Converts values from TransformerLens's layout to the graph's; always a copy. */
export function toGraphLayout(info: ParameterInfo, values: ArrayLike<number>): Float32Array {
  const out = Float32Array.from(values);
  if (isSplitByHead(info)) eachHeadValue(info, (file, graph) => (out[graph] = values[file]));
  return out;
}

/** Converts values from the graph's layout to TransformerLens's, rounded to float32; always a copy. */
export function toFileLayout(info: ParameterInfo, values: ArrayLike<number>): Float32Array {
  const out = Float32Array.from(values);
  if (isSplitByHead(info)) eachHeadValue(info, (file, graph) => (out[file] = values[graph]));
  return out;
}

function eachHeadValue(
  { shape: [heads, rows, width] }: ParameterInfo,
  visit: (file: number, graph: number) => void,
): void {
  for (let h = 0; h < heads; h++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < width; c++) visit((h * rows + r) * width + c, (r * heads + h) * width + c);
}
