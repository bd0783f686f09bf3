import { isLeaf, type AttentionSizes, type Graph, type NodeOf } from '@grokscope/graph';
import { LARGEST_CHUNK, OWN_ALIGNMENT, TILE_KEYS, TILE_QUERIES, TILE_WIDTH } from '../opcodes.js';
import type { Step } from './step.js';

/**
 * Arranges attention and the mixings by its weights next to each other, to run example by example: an example's weights
 * are then in the cache for all their readers. Weights that no other step reads are never stored completely: each
 * thread keeps those of one example. The result is still an order in which the steps can run.
 *
 * @param steps in the order of their nodes; @param outputs nodes whose values are returned
 */
export function groupByExample(
  steps: readonly Step[],
  graph: Graph,
  outputs: ReadonlySet<number>,
): readonly Step[] {
  const units = new Map<Step, readonly Step[]>();
  const grouped = new Set<Step>();
  for (const step of steps) {
    const followers = followersOf(step, steps, graph).filter(
      (follower) => !grouped.has(follower) && canRunFirst([step, follower], graph),
    );
    const unit = [step, ...followers];
    if (followers.length === 0 || !canRunFirst(unit, graph)) continue;
    const isRead = steps.some((other) => !unit.includes(other) && other.inputs.includes(step.node.id));
    const isOwn = !isRead && !outputs.has(step.node.id);
    // At the position of the first of them, since every reader of one of them comes later.
    const first = steps.find((other) => unit.includes(other))!;
    units.set(first, [{ ...step, followers: followers.length, isOwn }, ...followers]);
    for (const member of unit) grouped.add(member);
  }
  return steps.flatMap((step) => units.get(step) ?? (grouped.has(step) ? [] : [step]));
}

/** The steps that mix by the weights that a step computes, or by their gradient. */
function followersOf({ node, inputs, fused }: Step, steps: readonly Step[], graph: Graph): readonly Step[] {
  if (fused?.base.op !== 'attentionScores') return [];
  const { base, lastKey, weights } = fused;
  const width = graph.node(base.inputs[0]).shape[1] / base.attributes.nHeads;
  if ((lastKey === undefined && weights === undefined) || !goesByExample(base.attributes, width)) return [];
  // A step reads the weights of a gradient last.
  const gradientOf = weights === undefined ? undefined : inputs.at(-1);
  return steps.filter(({ node: other, inputs: [a, x] }) => {
    if (other.op !== 'attentionValues' && other.op !== 'attentionValuesTransposed') return false;
    if (!sameSizes(other.attributes, base.attributes)) return false;
    if (!goesByExample(other.attributes, other.shape[1] / other.attributes.nHeads)) return false;
    const isGradientOfValues =
      other.op === 'attentionValuesTransposed' && a === gradientOf && x === inputs[0];
    return (a === node.id && x !== node.id) || isGradientOfValues;
  });
}

/** Whether the kernels can process such attention in whole examples. */
const goesByExample = ({ nQueries, nKeys }: AttentionSizes, width: number): boolean =>
  nQueries >= TILE_QUERIES && nKeys >= TILE_KEYS && width >= TILE_WIDTH && width <= LARGEST_CHUNK;

const sameSizes = (a: AttentionSizes, b: AttentionSizes): boolean =>
  a.nHeads === b.nHeads && a.nQueries === b.nQueries && a.nKeys === b.nKeys;

/** Whether everything the steps read, except each other's values, is computed before the first of them. */
function canRunFirst(unit: readonly Step[], graph: Graph): boolean {
  const made = new Set(unit.map(({ node }) => node.id));
  const first = Math.min(...unit.map(({ node, fused }) => fused?.base.id ?? node.id));
  const read = unit.flatMap(({ inputs }) => inputs).filter((id) => !made.has(id));
  return read.every((id) => id < first || isLeaf(graph.node(id).op));
}

/** Bytes that a thread needs for the weights of one example. */
export function ownBytes({ fused }: Step): number {
  const { nHeads, nQueries, nKeys } = (fused!.base as NodeOf<'attentionScores'>).attributes;
  return OWN_ALIGNMENT * Math.ceil((4 * nQueries * nHeads * nKeys) / OWN_ALIGNMENT);
}
