import type { Shape } from '@grokscope/base';
import type { OpRecord } from './ops/op.js';
import type { Op, OpAttributes } from './ops/records.js';
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

/** What is known of an op. Its attributes are those of the node it is read for. */
export const recordOf = (op: Op): OpRecord<object> => opRecords[op] as OpRecord<object>;

/** The node behind a value, its attributes typed. */
export const nodeOf = ({ graph, id }: Tensor): GraphNode => graph.node(id) as GraphNode;

/** The element type of an op's result. */
export const resultType = (op: Op): DType => recordOf(op).resultType ?? 'f32';

/** The operands, persistent tensors, that an op overwrites; none for an op that produces a value. */
export const overwrittenOperands = (op: Op): readonly number[] => recordOf(op).overwrites ?? [];

/** True for ops that write to persistent tensors instead of producing a value. They run after everything else. */
export const isUpdate = (op: Op): boolean => overwrittenOperands(op).length > 0;

/** True for nodes whose values exist before the run: parameters, states, inputs and constants. */
export const isLeaf = (op: Op): boolean => recordOf(op).isLeaf === true;
