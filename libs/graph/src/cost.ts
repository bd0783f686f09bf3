import { sizeOf } from '@grokscope/base';
import type { Shape } from '@grokscope/base';
import type { GraphFunction } from './graph.js';
import { isLeaf, type GraphNode } from './node.js';
import { schedule } from './schedule.js';

/**
 * Floating-point operations of one node: a multiply-add counts 2, any other arithmetic 1, exp and log 8; moving
 * values counts 1 an entry, so that a gather is not thought free. A model for choosing rewrites, not a clock.
 */
export function nodeFlops(node: GraphNode, shapeOf: (id: number) => Shape): number {
  const size = sizeOf(node.shape);
  const first = node.inputs.length > 0 ? shapeOf(node.inputs[0]) : [];
  switch (node.op) {
    case 'parameter':
    case 'state':
    case 'input':
    case 'constant':
      return 0;
    case 'matmul':
      return 2 * size * (node.attributes.transposeA ? first[0] : first[1]);
    case 'attentionScores':
      return 2 * size * (first[1] / node.attributes.nHeads);
    case 'attentionMix':
      return 2 * size * node.attributes.nKeys;
    case 'attentionMixTransposed':
      return 2 * size * node.attributes.nQueries;
    case 'reshape':
      return 0;
    case 'headMatmul':
      return 2 * size * (first[1] / node.attributes.nHeads);
    case 'headMatmulWeights':
      return 2 * size * first[0];
    case 'tableMix':
    case 'tableMixTable': {
      const weights = sizeOf(first);
      const width = node.op === 'tableMix' ? node.shape[1] : node.shape[1] / node.attributes.nHeads;
      return 2 * weights * width;
    }
    case 'tableMixWeights':
      return 2 * size * first[1];
    case 'gatherScores':
      return size;
    case 'scatterScores':
      return sizeOf(first);
    case 'attentionSoftmax':
      return 12 * size;
    case 'attentionSoftmaxGradient':
      return 4 * size;
    case 'crossEntropy':
    case 'crossEntropyGradient':
      return 10 * sizeOf(first);
    case 'isCorrect':
    case 'mean':
    case 'sumRows':
    case 'scatterAdd':
      return sizeOf(first);
    case 'sumSquares':
      return 2 * sizeOf(first);
    case 'stableMax':
    case 'stableMaxGradient':
      return 4 * sizeOf(first);
    case 'gelu':
    case 'geluGradient':
      return 32 * size;
    case 'normalizeRows':
      return 7 * size;
    case 'normalizeRowsGradient':
      return 14 * size;
    case 'assign':
      return sizeOf(first);
    case 'adamW':
      return 14 * sizeOf(first);
    case 'add':
    case 'scale':
    case 'relu':
    case 'reluGradient':
    case 'multiply':
    case 'divide':
    case 'squareRoot':
    case 'scaleBy':
    case 'multiplyRow':
    case 'addRow':
    case 'gather':
    case 'rowsWithin':
    case 'fill':
      return size;
    default:
      return node satisfies never;
  }
}

/** Floating-point operations of one run of a function, by the cost model of `nodeFlops`. */
export function functionFlops(f: GraphFunction): number {
  return schedule(f).reduce(
    (sum, node) => sum + (isLeaf(node.op) ? 0 : nodeFlops(node, (id) => f.graph.node(id).shape)),
    0,
  );
}
