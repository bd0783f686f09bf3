import type { AttentionSizes, GraphNode } from '@grokscope/graph';
import * as kernels from './kernels.js';
import type { Cells } from './kernels.js';
import * as loss from './loss-kernels.js';
import { normalDensity, normalDistribution } from './normal.js';
import * as rows from './row-kernels.js';
import * as tables from './table-kernels.js';

/**
 * Computes one node from its operands' values into `out`; updates change their operands instead.
 *
 * @param operands values of `node.inputs`; @param width columns of operand i (1 for vectors and scalars)
 */
export function evaluate(
  node: GraphNode,
  operands: readonly Cells[],
  out: Float64Array,
  width: (i: number) => number,
): void {
  const [a, b, c] = operands;
  switch (node.op) {
    case 'parameter':
    case 'state':
    case 'input':
    case 'constant':
      return;
    case 'add':
      return fillWith(out, (i) => a[i] + b[i]);
    case 'scale': {
      const { factor } = node.attributes;
      return fillWith(out, (i) => factor * a[i]);
    }
    case 'relu':
      return fillWith(out, (i) => Math.max(a[i], 0));
    case 'reluGradient':
      return fillWith(out, (i) => (b[i] > 0 ? a[i] : 0));
    case 'multiply':
      return fillWith(out, (i) => a[i] * b[i]);
    case 'divide':
      return fillWith(out, (i) => a[i] / b[i]);
    case 'squareRoot':
      return fillWith(out, (i) => Math.sqrt(a[i]));
    case 'multiplyScalar':
      return fillWith(out, (i) => b[0] * a[i]);
    case 'gelu':
      return fillWith(out, (i) => a[i] * normalDistribution(a[i]));
    case 'geluGradient':
      return fillWith(out, (i) => a[i] * (normalDistribution(b[i]) + b[i] * normalDensity(b[i])));
    case 'normalizeRows':
      return rows.normalizeRows(out, a, width(0), node.attributes.eps);
    case 'normalizeRowsGradient':
      return rows.normalizeRowsGradient(out, a, b, width(0), node.attributes.eps);
    case 'multiplyRow':
      return fillWith(out, (i) => a[i] * b[i % b.length]);
    case 'addRow':
      return fillWith(out, (i) => a[i] + b[i % b.length]);
    case 'sumRows':
      return loss.sumRows(out, a);
    case 'gather':
      return kernels.gather(out, a, b, width(0));
    case 'rowsWithin': {
      const { nSelected, nRows } = node.attributes;
      return fillWith(out, (i) => Math.floor(i / nSelected) * nRows + a[i]);
    }
    case 'scatterAdd':
      return kernels.scatterAdd(out, a, b, width(0));
    case 'matmul': {
      const [m, n] = node.shape;
      return kernels.matmul(out, a, b, { m, n, k: a.length / m, ...node.attributes });
    }
    case 'attentionScores':
      return kernels.attentionScores(
        out,
        a,
        b,
        loop(node.attributes, node.shape[0], width(0)),
        node.attributes.scale,
      );
    case 'attentionValues':
      return kernels.attentionValues(out, a, b, loop(node.attributes, node.shape[0], width(1)));
    case 'attentionValuesTransposed': {
      const { nQueries, nKeys } = node.attributes;
      return kernels.attentionValuesTransposed(
        out,
        a,
        b,
        loop(node.attributes, (node.shape[0] / nKeys) * nQueries, width(1)),
      );
    }
    case 'attentionSoftmax':
      return kernels.attentionSoftmax(out, a, b, node.attributes.nHeads, width(0) / node.attributes.nHeads);
    case 'attentionSoftmaxGradient':
      return kernels.attentionSoftmaxGradient(out, a, b, width(0) / node.attributes.nHeads);
    case 'reshape':
      return out.set(a);
    case 'headMatmul': {
      const { nHeads: h, transposeB } = node.attributes;
      const d = width(1);
      const k = b.length / d / h;
      return tables.headMatmul(out, a, b, { u: node.shape[0], h, k, d, transposeB });
    }
    case 'headMatmulWeights': {
      const h = node.attributes.nHeads;
      const [k, d] = [width(0) / h, width(1) / h];
      return tables.headMatmulWeights(out, a, b, { u: a.length / width(0), h, k, d });
    }
    case 'tableMix':
      return tables.tableMix(out, a, b, c, tableLoop(node.attributes, node.shape[0], node.shape[1]));
    case 'tableMixWeights':
      return tables.tableMixWeights(out, a, b, c, tableLoop(node.attributes, node.shape[0], width(0)));
    case 'tableMixTable':
      return tables.tableMixTable(out, a, b, c, tableLoop(node.attributes, a.length / width(0), width(1)));
    case 'gatherScores': {
      const keyRows = width(0) / node.attributes.nHeads;
      return tables.gatherScores(out, a, b, c, { ...tableLoop(node.attributes, b.length, 0), keyRows });
    }
    case 'scatterScores': {
      const { keyRows } = node.attributes;
      return tables.scatterScores(out, a, b, c, { ...tableLoop(node.attributes, b.length, 0), keyRows });
    }
    case 'crossEntropy':
      return loss.crossEntropy(out, a, b, width(0));
    case 'crossEntropyGradient':
      return loss.crossEntropyGradient(out, a, b, c, width(0));
    case 'stableMaxCrossEntropy':
      return loss.stableMaxCrossEntropy(out, a, b, width(0));
    case 'stableMaxCrossEntropyGradient':
      return loss.stableMaxCrossEntropyGradient(out, a, b, c, width(0));
    case 'isCorrect':
      return loss.isCorrect(out, a, b, width(0));
    case 'mean':
      out[0] = loss.sum(a, (x) => x) / a.length;
      return;
    case 'sumSquares':
      out[0] = loss.sum(a, (x) => x * x);
      return;
    case 'fill':
      out.fill(node.attributes.factor * a[0]);
      return;
    case 'assign':
      return (a as Float64Array).set(b);
    case 'adamW':
      return loss.adamW(a as Float64Array, b, c as Float64Array, operands[3] as Float64Array, operands[4]);
    default:
      return node satisfies never;
  }
}

function fillWith(out: Float64Array, value: (i: number) => number): void {
  for (let i = 0; i < out.length; i++) out[i] = value(i);
}

const loop = (
  { nHeads, nQueries, nKeys }: AttentionSizes,
  queryRows: number,
  columns: number,
): kernels.AttentionLoop => ({
  b: queryRows / nQueries,
  tq: nQueries,
  tk: nKeys,
  h: nHeads,
  dh: columns / nHeads,
});

/** The loop of an op over tables; `d` is the width of a table's row for one head. */
const tableLoop = (
  { nHeads, nQueries, nKeys }: AttentionSizes,
  queryRows: number,
  d: number,
): kernels.AttentionLoop => ({
  b: queryRows / nQueries,
  tq: nQueries,
  tk: nKeys,
  h: nHeads,
  dh: d,
});
