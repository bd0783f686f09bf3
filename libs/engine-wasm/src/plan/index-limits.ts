import { EngineError } from '@grokscope/engine';
import { indexOperands, type GraphFunction, type NodeOf } from '@grokscope/graph';
import { source } from './steps.js';

/**
 * The bound of each index input's entries, by name, over all functions. Throws `EngineError` (`OutOfRange`) if a
 * constant index exceeds its bound.
 */
export function indexLimits(functions: Iterable<GraphFunction>): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const { graph } of functions)
    for (const node of graph.nodes) {
      for (const { operand, limit } of indexOperands(node, (id) => graph.node(id).shape)) {
        const index = graph.node(source(graph, node.inputs[operand]));
        if (index.op === 'constant')
          checkIndex(`the constant index of ${node.op}`, index.attributes.values, limit);
        if (index.op === 'rowsWithin') checkRows(`the index of ${node.op}`, index, limit);
        if (index.op === 'input')
          limits.set(index.attributes.name, Math.min(limit, limits.get(index.attributes.name) ?? Infinity));
      }
    }
  return limits;
}

/** Throws `EngineError` (`OutOfRange`) unless all rows that could be named at run time are below the limit. */
function checkRows(what: string, { shape, attributes }: NodeOf<'rowsWithin'>, limit: number): void {
  const { nSelected, nRows } = attributes;
  const rows = (shape[0] / nSelected) * nRows;
  if (rows > limit) throw new EngineError('OutOfRange', `${what} may name ${rows} rows; there are ${limit}`);
}

/** Throws `EngineError` (`OutOfRange`) unless all entries are integers in 0..limit − 1. */
export function checkIndex(what: string, values: ArrayLike<number>, limit: number): void {
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (!(Number.isInteger(x) && x >= 0 && x < limit))
      throw new EngineError(
        'OutOfRange',
        `${what}: entry ${i} is ${x}; allowed are integers 0 to ${limit - 1}`,
      );
  }
}
