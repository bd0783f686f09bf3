import { invariant, sizeOf } from '@grokscope/base';
import { isComputed, isLeaf, isUpdate, type Graph, type GraphNode } from '@grokscope/graph';
import { floatBits, type InstructionOp, type Kernel, type SizedNode } from '../kernel.js';
import { kernels } from '../kernels.js';
import { Opcode } from '../opcodes.js';
import type { Addresses } from './addresses.js';
import type { Step } from './step.js';

/** The kernel of a node's op. Its attributes are those of the node it is read for. */
export function kernelOf(node: GraphNode): Kernel<InstructionOp> {
  invariant(isComputed(node) && node.op !== 'reshape', `${node.op} has no step of its own`);
  return kernels[node.op] as Kernel<InstructionOp>;
}

const sizesOf = (node: GraphNode, graph: Graph): SizedNode<InstructionOp> => ({
  attributes: node.attributes as SizedNode<InstructionOp>['attributes'],
  shape: node.shape,
  operands: node.inputs.map((id) => graph.node(id).shape),
});

/** Bytes of common scratch that a step needs. */
export function scratchBytes({ node, fused }: Step, graph: Graph): number {
  const first = fused?.base ?? node;
  return isLeaf(first.op) ? 0 : (kernelOf(first).scratchBytes?.(sizesOf(first, graph)) ?? 0);
}

/** The words of the instruction for a step, as src/opcodes.ts lists them. */
export function encode({ node, fused }: Step, graph: Graph, at: Addresses): readonly number[] {
  // A copy, for an output that returns a tensor as it was before the updates.
  if (isLeaf(node.op))
    return [Opcode.Scale, at.result(node.id), at.value(node.id), floatBits(1), sizeOf(node.shape)];
  const first = fused?.base ?? node;
  const operands = first.inputs.map(at.value);
  const optional = (id: number | undefined): number => (id === undefined ? 0 : at.value(id));
  return kernelOf(first).encode(sizesOf(first, graph), {
    // Updates have no value of their own.
    out: isUpdate(node.op) ? operands[0] : at.result(node.id),
    at: operands,
    scratch: at.scratch,
    leftScratch: at.leftScratch,
    groups: at.groups(node.id),
    after: {
      addend: optional(fused?.addend),
      bias: optional(fused?.bias),
      relu: fused?.relu ?? false,
      mask: optional(fused?.mask),
      lastKey: optional(fused?.lastKey),
      weights: optional(fused?.weights),
      factor: fused?.factor ?? 1,
    },
  });
}
