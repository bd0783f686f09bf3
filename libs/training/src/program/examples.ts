import type { Feed } from '@grokscope/engine';
import { ops, type Graph, type Tensor } from '@grokscope/graph';
import { scoredRows, type Batch } from '@grokscope/model';
import type { ExampleRows, TaskShape } from '@grokscope/tasks';

/** What the graph must know of a task: its sizes, and the scored positions if all examples share them. */
export type TaskSizes = Pick<TaskShape, 'nCtx' | 'nScored' | 'positionsVary'> & {
  readonly scoredPositions: Int32Array;
};

/** Examples in a graph: the input of the forward pass, and `[nExamples·nScored]` wanted tokens. */
export interface GraphExamples {
  readonly batch: Batch;
  readonly labels: Tensor;
}

/** Examples known at build time, as constants: rewrites may work on the tokens that occur. */
export function constantExamples(graph: Graph, task: TaskSizes, rows: ExampleRows): GraphExamples {
  const nExamples = rows.labels.length / task.nScored;
  const batch = { nExamples, tokens: rows.tokens, scored: scoredRowsOf(task, nExamples, rows) };
  return { batch, labels: graph.constant(rows.labels) };
}

/** Examples given at run time by feeds of `feedOf` with the same name. */
export function fedExamples(graph: Graph, task: TaskSizes, nExamples: number, name: string): GraphExamples {
  const nRows = nExamples * task.nScored;
  return {
    batch: {
      nExamples,
      tokens: graph.input(`${name}.tokens`, [nExamples * task.nCtx], 'i32'),
      scored: task.positionsVary
        ? ops.rowsWithin(graph.input(`${name}.scoredPositions`, [nRows], 'i32'), {
            nSelected: task.nScored,
            nRows: task.nCtx,
          })
        : scoredRows(nExamples, task.nCtx, task.scoredPositions),
    },
    labels: graph.input(`${name}.labels`, [nRows], 'i32'),
  };
}

/** The inputs of `fedExamples` for these rows. */
export function feedOf(task: TaskSizes, rows: ExampleRows, name: string): Feed {
  const scored = task.positionsVary ? { [`${name}.scoredPositions`]: rows.scoredPositions } : {};
  return { [`${name}.tokens`]: rows.tokens, [`${name}.labels`]: rows.labels, ...scored };
}

/** The given examples, in that order; an index may occur more than once. */
export function selectRows(task: TaskSizes, rows: ExampleRows, indices: Int32Array): ExampleRows {
  return {
    tokens: rowsOf(rows.tokens, task.nCtx, indices),
    labels: rowsOf(rows.labels, task.nScored, indices),
    scoredPositions: task.positionsVary
      ? rowsOf(rows.scoredPositions, task.nScored, indices)
      : rows.scoredPositions,
  };
}

/** Scored rows of the residual stream `[nExamples·nCtx, dModel]`, example by example. */
function scoredRowsOf(
  { nCtx, nScored, positionsVary }: TaskSizes,
  nExamples: number,
  { scoredPositions }: ExampleRows,
): Int32Array {
  if (!positionsVary) return scoredRows(nExamples, nCtx, scoredPositions);
  return scoredPositions.map((position, i) => Math.floor(i / nScored) * nCtx + position);
}

/** The scored rows of a matrix [N, width]. */
function rowsOf(values: Int32Array, width: number, indices: Int32Array): Int32Array {
  const out = new Int32Array(indices.length * width);
  indices.forEach((row, i) => out.set(values.subarray(row * width, (row + 1) * width), i * width));
  return out;
}
