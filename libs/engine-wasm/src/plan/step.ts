import type { GraphNode, NodeOf } from '@grokscope/graph';

/**
 * One instruction to be: a node, or a product or mixing with what follows it, finished while its rows are in the cache.
 * A step whose node is a leaf keeps a copy of it, for an output that shows it as it was before the updates.
 */
export interface Step {
  /** The node whose value the step produces. */
  readonly node: GraphNode;
  /** Values the step reads; never a reshape, but what it shows in another shape. */
  readonly inputs: readonly number[];
  /** Set for products and mixings: `node` is then the last of the nodes in it. */
  readonly fused?: Fusion;
  /** How many of the steps that follow are done with this one, example by example (`groupByExample`). */
  readonly followers?: number;
  /** Set if only they read its value: each thread then keeps that of one example. */
  readonly isOwn?: boolean;
}

/** What a step starts with that takes over what follows it. */
export type Base = NodeOf<'matmul'> | NodeOf<'tableMix'> | NodeOf<'attentionScores'>;

/**
 * `mask(relu((base + addend) + bias))`, each but the base left out where it is undefined or false; of scores their
 * softmax over keys up to `lastKey`, or `factor` times the gradient of a softmax, `weights`, at them.
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
