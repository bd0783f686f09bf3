import type { GraphNode, NodeOf } from '@grokscope/graph';

/**
 * A future instruction: a node, or a product or mixing with the operations that follow it, completed while its rows are
 * in the cache. A step whose node is a leaf copies it, for an output that returns it as it was before the updates.
 */
export interface Step {
  /** The node whose value the step produces. */
  readonly node: GraphNode;
  /** Values the step reads; a reshape is replaced by the value it reshapes. */
  readonly inputs: readonly number[];
  /** Set for products and mixings: `node` is then the last of the nodes fused into it. */
  readonly fused?: Fusion;
  /** How many of the following steps run together with this one, example by example (`groupByExample`). */
  readonly followers?: number;
  /** Set if only they read its value: each thread then keeps the value of one example. */
  readonly isOwn?: boolean;
}

/** The first part of a step that fuses the operations following it. */
export type Base = NodeOf<'matmul'> | NodeOf<'tableMix'> | NodeOf<'attentionScores'>;

/**
 * `mask(relu((base + addend) + bias))`, each except the base absent if undefined or false; for scores, their softmax
 * over keys up to `lastKey`, or `factor` times the gradient of a softmax, `weights`, at them.
 */
export interface Fusion {
  readonly base: Base;
  readonly addend?: number;
  readonly bias?: number;
  readonly relu: boolean;
  /** Value whose sign decides which entries are kept (the gradient of relu). */
  readonly mask?: number;
  readonly lastKey?: number;
  readonly weights?: number;
  readonly factor?: number;
}
