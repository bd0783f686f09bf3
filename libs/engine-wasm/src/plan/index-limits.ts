import { EngineError } from '@grokscope/engine';
import type { GraphFunction, GraphNode, NodeOf } from '@grokscope/graph';
import { source } from './steps.js';

/** For one op: which operands are indices, and below what their entries must stay. Kernels do not check them again. */
function indexOperands(
  node: GraphNode,
  width: (operand: number) => number,
  rows: (operand: number) => number,
): readonly { readonly operand: number; readonly limit: number }[] {
  switch (node.op) {
    case 'gather':
      return [{ operand: 1, limit: rows(0) }];
    case 'rowsWithin':
      return [{ operand: 0, limit: node.attributes.nRows }];
    case 'scatterAdd':
      return [{ operand: 1, limit: node.attributes.rows }];
    case 'attentionSoftmax':
      return [{ operand: 1, limit: width(0) / node.attributes.nHeads }];
    case 'tableMix':
    case 'tableMixWeights':
      return [{ operand: 2, limit: rows(1) }];
    case 'tableMixTable':
      return [{ operand: 2, limit: node.attributes.rows }];
    case 'gatherScores':
      return [
        { operand: 1, limit: rows(0) },
        { operand: 2, limit: width(0) / node.attributes.nHeads },
      ];
    case 'scatterScores':
      return [
        { operand: 1, limit: node.attributes.queryRows },
        { operand: 2, limit: node.attributes.keyRows },
      ];
    case 'crossEntropy':
    case 'crossEntropyGradient':
    case 'stableMaxCrossEntropy':
    case 'stableMaxCrossEntropyGradient':
    case 'isCorrect':
      return [{ operand: 1, limit: width(0) }];
    default:
      return [];
  }
}

/**
 * Below what every index input's entries must stay, by name, over all functions. Throws `EngineError` (`OutOfRange`)
 * if a constant index breaks its limit.
 */
export function indexLimits(functions: Iterable<GraphFunction>): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  for (const { graph } of functions)
    for (const node of graph.nodes) {
      const shape = (operand: number) => graph.node(node.inputs[operand]).shape;
      const uses = indexOperands(
        node,
        (i) => shape(i)[1],
        (i) => shape(i)[0],
      );
      for (const { operand, limit } of uses) {
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
