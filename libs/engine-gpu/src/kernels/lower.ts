import { sizeOf } from '@grokscope/base';
import type { Graph, GraphNode, NodeOf } from '@grokscope/graph';
import * as attention from './attention.js';
import * as elementwise from './elementwise.js';
import { gelu, geluGradient } from './gelu.js';
import * as heads from './heads.js';
import * as loss from './loss.js';
import { matmul } from './matmul.js';
import { normalizeRows, normalizeRowsGradient } from './normalize.js';
import * as reductions from './reductions.js';
import { scatterAdd } from './scatter.js';
import { rowsWithin } from './rows-within.js';
import * as scores from './scores.js';
import { stableMaxCrossEntropy, stableMaxCrossEntropyGradient } from './stable-max.js';
import type { Lowered, OpShapes, Stage } from './stage.js';
import * as tables from './tables.js';
import { adamW } from './update.js';

/**
 * The launches that compute a node; none for leaves, whose values exist before the run.
 *
 * @param targets how many results kernels on vectors of 4 can have; 0 if the device runs none
 */
export function lower(node: GraphNode, graph: Graph, targets: number): Lowered {
  const operandNode = (i: number) => graph.node(node.inputs[i]);
  const shapeOf = (i: number) => operandNode(i).shape;
  const shapes: OpShapes = {
    size: sizeOf(node.shape),
    operandSize: (i) => sizeOf(shapeOf(i)),
    width: (i) => shapeOf(i).at(-1) ?? 1,
    constant: (i) => {
      const from = operandNode(i);
      return from.op === 'constant' ? from.attributes.values : null;
    },
    within: (i) => {
      const from = operandNode(i);
      return from.op === 'rowsWithin' ? from.attributes : null;
    },
    targets,
  };
  if (node.op === 'adamW') return adamW(shapes);
  if (node.op === 'assign') return elementwise.assign(shapes);
  return { stages: stagesOf(node, shapes), writes: [] };
}

function stagesOf(
  node: Exclude<GraphNode, NodeOf<'adamW'> | NodeOf<'assign'>>,
  shapes: OpShapes,
): readonly Stage[] {
  switch (node.op) {
    case 'parameter':
    case 'state':
    case 'input':
    case 'constant':
      return [];
    case 'add':
      return elementwise.add(shapes);
    case 'scale':
      return elementwise.scale(shapes, node.attributes.factor);
    case 'relu':
      return elementwise.relu(shapes);
    case 'reluGradient':
      return elementwise.reluGradient(shapes);
    case 'multiply':
      return elementwise.multiply(shapes);
    case 'divide':
      return elementwise.divide(shapes);
    case 'squareRoot':
      return elementwise.squareRoot(shapes);
    case 'multiplyScalar':
      return elementwise.multiplyScalar(shapes);
    case 'gelu':
      return gelu(shapes);
    case 'geluGradient':
      return geluGradient(shapes);
    case 'normalizeRows':
      return normalizeRows(shapes, node.attributes.eps);
    case 'normalizeRowsGradient':
      return normalizeRowsGradient(shapes, node.attributes.eps);
    case 'multiplyRow':
      return elementwise.multiplyRow(shapes);
    case 'addRow':
      return elementwise.addRow(shapes);
    case 'fill':
      return elementwise.fill(shapes, node.attributes.factor);
    case 'gather':
      return elementwise.gather(shapes);
    case 'rowsWithin':
      return rowsWithin(shapes, node.attributes);
    case 'scatterAdd':
      return scatterAdd(shapes);
    case 'matmul':
      return matmul(shapes, node.attributes);
    case 'attentionScores':
      return attention.attentionScores(shapes, node.attributes);
    case 'attentionSoftmax':
      return attention.attentionSoftmax(shapes, node.attributes.nHeads);
    case 'attentionSoftmaxGradient':
      return attention.attentionSoftmaxGradient(shapes, node.attributes.nHeads);
    case 'attentionValues':
      return attention.attentionValues(shapes, node.attributes);
    case 'attentionValuesTransposed':
      return attention.attentionValuesTransposed(shapes, node.attributes);
    case 'reshape':
      return elementwise.copy(shapes);
    case 'headMatmul':
      return heads.headMatmul(shapes, node.attributes);
    case 'headMatmulWeights':
      return heads.headMatmulWeights(shapes, node.attributes);
    case 'tableMix':
      return tables.tableMix(shapes, node.attributes);
    case 'tableMixWeights':
      return tables.tableMixWeights(shapes, node.attributes);
    case 'tableMixTable':
      return tables.tableMixTable(shapes, node.attributes);
    case 'gatherScores':
      return scores.gatherScores(shapes, node.attributes);
    case 'scatterScores':
      return scores.scatterScores(shapes, node.attributes);
    case 'crossEntropy':
      return loss.crossEntropy(shapes);
    case 'crossEntropyGradient':
      return loss.crossEntropyGradient(shapes);
    case 'stableMaxCrossEntropy':
      return stableMaxCrossEntropy(shapes);
    case 'stableMaxCrossEntropyGradient':
      return stableMaxCrossEntropyGradient(shapes);
    case 'isCorrect':
      return loss.isCorrect(shapes);
    case 'mean':
      return reductions.mean(shapes);
    case 'sumSquares':
      return reductions.sumSquares(shapes);
    case 'sumRows':
      return reductions.sumRows(shapes);
    default:
      return node satisfies never;
  }
}
