import type { Shape } from '@grokscope/base';
import type { ComputedOp, NodeOf } from '@grokscope/graph';
import type { Cells, Kernel } from './kernel.js';
import * as attention from './kernels/attention.js';
import * as crossEntropy from './kernels/cross-entropy.js';
import * as elementwise from './kernels/elementwise.js';
import * as gather from './kernels/gather.js';
import * as gelu from './kernels/gelu.js';
import * as headMatmul from './kernels/head-matmul.js';
import { matmul } from './kernels/matmul.js';
import * as normalizeRows from './kernels/normalize-rows.js';
import * as reductions from './kernels/reductions.js';
import * as relu from './kernels/relu.js';
import { reshape } from './kernels/reshape.js';
import * as rmsNormalizeRows from './kernels/rms-normalize-rows.js';
import * as rows from './kernels/rows.js';
import * as stableMax from './kernels/stable-max.js';
import * as tableMix from './kernels/table-mix.js';
import * as tableScores from './kernels/table-scores.js';
import * as tanh from './kernels/tanh.js';
import * as updates from './kernels/updates.js';

/** One kernel for every computed op: a list that lacks one does not compile. */
export type Kernels = { readonly [O in ComputedOp]: Kernel<O> };

/** The float64 kernels; the files match those of `graph/src/ops` by name. */
export const kernels: Kernels = {
  ...elementwise,
  ...relu,
  ...gelu,
  ...tanh,
  ...normalizeRows,
  ...rmsNormalizeRows,
  ...rows,
  ...gather,
  matmul,
  reshape,
  ...attention,
  ...headMatmul,
  ...tableMix,
  ...tableScores,
  ...crossEntropy,
  ...stableMax,
  ...reductions,
  ...updates,
};

/**
 * Computes one node from its operands' values into `out`; updates change their operands instead.
 *
 * @param operands values of `node.inputs`; @param shapeOf the shape of a node
 */
export function evaluate(
  node: NodeOf<ComputedOp>,
  operands: readonly Cells[],
  out: Float64Array,
  shapeOf: (id: number) => Shape,
): void {
  // The attributes are those of the node's own op, as the graph's types guarantee.
  const kernel = kernels[node.op] as Kernel<ComputedOp>;
  const width = (i: number): number => shapeOf(node.inputs[i]).at(-1) ?? 1;
  kernel({ out, operands, attributes: node.attributes, shape: node.shape, width });
}
