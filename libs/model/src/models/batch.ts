import { ops, type Graph, type Tensor } from '@grokscope/graph';
import { invariant } from '@grokscope/base';
import type { Batch, OperandForm, TaskDimensions, UnfitModel } from '../model.js';

/* What models read from a batch. */

/** Returns indices as a tensor of the graph; values that are known now become a constant. */
export const asTensor = (graph: Graph, values: Int32Array | Tensor): Tensor =>
  values instanceof Int32Array ? graph.constant(values) : values;

/** [nExamples·nCtx] the position of every row of the residual stream. */
export const positionsOf = (graph: Graph, { nExamples }: Batch, { nCtx }: TaskDimensions): Tensor =>
  graph.constant(Int32Array.from({ length: nExamples * nCtx }, (_, row) => row % nCtx));

/** Returns the rows `from` … `to` − 1 of the rows 0 … n − 1. */
export const rowsFrom = (table: Tensor, from: number, to: number): Tensor =>
  from === 0 && to === table.shape[0]
    ? table
    : ops.gather(table, table.graph.constant(Int32Array.from({ length: to - from }, (_, i) => from + i)));

/** Returns why a task without operands does not fit a key of the model. */
export const needsOperands = (
  { operands }: TaskDimensions,
  key: string,
  allowed: string,
): UnfitModel | undefined =>
  operands === undefined
    ? {
        key,
        allowed,
        needs: 'needs examples of some operands, then "=" and one answer, as a + b mod p has them',
      }
    : undefined;

/** Returns the form of a task's operands; models that need it refuse tasks without one (`whyNot`). */
export function operandsOf({ operands }: TaskDimensions): OperandForm {
  invariant(operands, 'the task has no operands');
  return operands;
}

/** `table [values, D]` at the operand number `at` of every example: [nExamples, D]. */
export function gatherOperand(table: Tensor, at: number, batch: Batch, task: TaskDimensions): Tensor {
  const { graph } = table;
  const { nExamples, tokens } = batch;
  const { nCtx, dVocab } = task;
  if (tokens instanceof Int32Array) {
    const operand = Int32Array.from({ length: nExamples }, (_, e) => tokens[e * nCtx + at]);
    return ops.gather(table, graph.constant(operand));
  }
  // Fed tokens are looked up at every position, where other tokens occur too, and one position is kept. The table is
  // therefore as long as the vocabulary; its rows past the operands are never kept.
  const [values] = table.shape;
  const padded = ops.gather(
    table,
    graph.constant(Int32Array.from({ length: dVocab }, (_, token) => Math.min(token, values - 1))),
  );
  const rows = Int32Array.from({ length: nExamples }, (_, e) => e * nCtx + at);
  return ops.gather(ops.gather(padded, tokens), graph.constant(rows));
}
