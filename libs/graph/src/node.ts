import type { Shape } from '@grokscope/base';
import { leafRecords, persistentRecords } from './ops/leaves.js';
import type { CountedNode, IndexOperand, OpRecord } from './ops/op.js';
import type { ComputedOp, LeafOp, Op, OpAttributes, PersistentOp } from './ops/records.js';
import { opRecords } from './ops/records.js';
import type { DType, Tensor } from './tensor.js';

/** One op applied to earlier nodes. Ids are positions in the graph: inputs always have smaller ids. */
export type GraphNode = {
  [O in Op]: {
    readonly id: number;
    readonly op: O;
    readonly inputs: readonly number[];
    readonly attributes: OpAttributes[O];
    readonly shape: Shape;
    readonly dtype: DType;
  };
}[Op];

/** A node of one op, with its attributes typed. */
export type NodeOf<O extends Op> = Extract<GraphNode, { readonly op: O }>;

/** Every op there is. */
export const opNames = Object.keys(opRecords) as readonly Op[];

/** The record of an op. Its attributes are those of the node it is looked up for. */
export const recordOf = (op: Op): OpRecord<object> => opRecords[op] as OpRecord<object>;

/** The node behind a value, its attributes typed. */
export const nodeOf = ({ graph, id }: Tensor): GraphNode => graph.node(id) as GraphNode;

/** The element type of an op's result. */
export const resultType = (op: Op): DType => recordOf(op).resultType ?? 'f32';

/** The operands, persistent tensors, that an op overwrites; empty for an op that produces a value. */
export const overwrittenOperands = (op: Op): readonly number[] => recordOf(op).overwrites ?? [];

/** True for ops that write to persistent tensors instead of producing a value. They run after all others. */
export const isUpdate = (op: Op): boolean => overwrittenOperands(op).length > 0;

/** The operands of a node that are indices, and what their entries must stay below (`OpRecord.indices`). */
export function indexOperands(node: GraphNode, shapeOf: (id: number) => Shape): readonly IndexOperand[] {
  const counted: CountedNode<object> = { ...node, operands: node.inputs.map(shapeOf) };
  return recordOf(node.op).indices?.(counted) ?? [];
}

/** True for ops whose values exist before the run: parameters, states, inputs and constants. */
export const isLeaf = (op: Op): op is LeafOp => Object.hasOwn(leafRecords, op);

/** True for nodes that an engine computes: all but leaves. */
export const isComputed = (node: GraphNode): node is NodeOf<ComputedOp> => !isLeaf(node.op);

/** True for nodes that a program keeps between runs, by name: parameters, states and inputs. */
export const isPersistent = (node: GraphNode): node is NodeOf<PersistentOp> =>
  Object.hasOwn(persistentRecords, node.op);
