export { functionFlops, nodeFlops } from './cost.js';
export { ShapeMismatch } from './errors.js';
export { differentiate } from './gradients.js';
export { Graph } from './graph.js';
export type { GraphFunction } from './graph.js';
export {
  indexOperands,
  isComputed,
  isLeaf,
  isPersistent,
  isUpdate,
  opNames,
  overwrittenOperands,
} from './node.js';
export type { GraphNode, NodeOf } from './node.js';
export type { AttentionSizes } from './ops/attention-sizes.js';
export type { IndexOperand } from './ops/op.js';
export type { ComputedOp, LeafOp, Op, OpAttributes, PersistentOp } from './ops/records.js';
/** The ops, one function for each. */
export * as ops from './ops.js';
export { rewrite, rewriteNames } from './rewrites/rewrite.js';
export type { Cost, RewriteReport } from './rewrites/rewrite.js';
export { lastReaders, schedule } from './schedule.js';
export type { DType, Tensor } from './tensor.js';
