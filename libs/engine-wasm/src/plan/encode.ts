import { sizeOf } from '@grokscope/base';
import { isUpdate, type Graph, type GraphNode } from '@grokscope/graph';
import { Opcode, SUM_CHUNK } from '../opcodes.js';
import type { Addresses } from './addresses.js';
import { encodeProduct, encodeScores, encodeTableMix, floatBits, packing } from './encode-fused.js';
import { groupWords } from './groups.js';
import type { Fused, Step } from './steps.js';

/** Bytes of common scratch that a step needs. */
export function scratchBytes({ node, fused }: Step, graph: Graph): number {
  const product = fused?.base ?? node;
  const size = (operand: number) => sizeOf(graph.node(node.inputs[operand]).shape);
  switch (product.op) {
    case 'matmul':
    case 'headMatmul':
    case 'headMatmulWeights':
      return packing(product, graph).bytes;
    case 'mean':
    case 'sumSquares':
      return 8 * Math.ceil(size(0) / SUM_CHUNK);
    case 'scatterAdd':
      return 4 * (product.attributes.rows + 1 + size(1));
    case 'tableMixTable': {
      const { rows, nKeys } = product.attributes;
      return 4 * groupWords(rows, graph.node(product.inputs[1]).shape[0], nKeys);
    }
    case 'scatterScores':
      return 8 * sizeOf(product.shape);
    default:
      return 0;
  }
}

/** The words of the instruction for a step, as src/opcodes.ts lists them. */
export function encode(step: Step, graph: Graph, at: Addresses): readonly number[] {
  const { node, fused } = step;
  if (fused) return encodeFused(node, fused, graph, at);
  const [x, y, z] = node.inputs.map(at.value);
  const size = (operand: number) => sizeOf(graph.node(node.inputs[operand]).shape);
  const rows = (operand: number) => graph.node(node.inputs[operand]).shape[0];
  const columns = (operand: number) => graph.node(node.inputs[operand]).shape[1];
  // Updates have no value of their own.
  const out = isUpdate(node.op) ? x : at.result(node.id);
  switch (node.op) {
    case 'add':
      return [Opcode.Add, out, x, y, size(0)];
    case 'scale':
      return [Opcode.Scale, out, x, floatBits(node.attributes.factor), size(0)];
    case 'relu':
      return [Opcode.Relu, out, x, size(0)];
    case 'reluGradient':
      return [Opcode.ReluGradient, out, x, y, size(0)];
    case 'multiply':
      return [Opcode.Multiply, out, x, y, size(0)];
    case 'divide':
      return [Opcode.Divide, out, x, y, size(0)];
    case 'squareRoot':
      return [Opcode.SquareRoot, out, x, size(0)];
    case 'multiplyScalar':
      return [Opcode.MultiplyScalar, out, x, y, size(0)];
    case 'gelu':
      return [Opcode.Gelu, out, x, size(0)];
    case 'geluGradient':
      return [Opcode.GeluGradient, out, x, y, size(0)];
    case 'normalizeRows':
      return [Opcode.NormalizeRows, out, x, rows(0), columns(0), floatBits(node.attributes.eps)];
    case 'normalizeRowsGradient':
      return [Opcode.NormalizeRowsGradient, out, x, y, rows(0), columns(0), floatBits(node.attributes.eps)];
    case 'multiplyRow':
      return [Opcode.MultiplyRow, out, x, y, rows(0), columns(0)];
    case 'addRow':
      return [Opcode.AddRow, out, x, y, rows(0), columns(0)];
    case 'sumRows':
      return [Opcode.SumRows, out, x, rows(0), columns(0)];
    case 'gather':
      return [Opcode.Gather, out, x, y, size(1), columns(0)];
    case 'rowsWithin':
      return [Opcode.RowsWithin, out, x, size(0), node.attributes.nSelected, node.attributes.nRows];
    case 'scatterAdd':
      return [Opcode.ScatterAdd, out, x, y, rows(0), columns(0), node.attributes.rows, at.scratch];
    case 'attentionSoftmax': {
      const { nHeads } = node.attributes;
      return [Opcode.AttentionSoftmax, out, x, y, rows(0), nHeads, columns(0) / nHeads];
    }
    case 'attentionSoftmaxGradient': {
      const nKeys = (node.shape.at(-1) ?? 1) / node.attributes.nHeads;
      return [Opcode.AttentionSoftmaxGradient, out, x, y, size(0) / nKeys, nKeys];
    }
    case 'attentionValues':
    case 'attentionValuesTransposed': {
      const { nHeads, nQueries, nKeys } = node.attributes;
      const opcode =
        node.op === 'attentionValues' ? Opcode.AttentionValues : Opcode.AttentionValuesTransposed;
      return [opcode, out, x, y, node.shape[0], nHeads, nQueries, nKeys, columns(1) / nHeads];
    }
    case 'headMatmul':
    case 'headMatmulWeights':
      return encodeProduct(node, node, { relu: false }, graph, at);
    case 'tableMixWeights': {
      const { nHeads, nQueries, nKeys } = node.attributes;
      const sizes = [rows(0), nHeads, nQueries, nKeys, columns(0)];
      return [Opcode.TableMixWeights, out, x, y, z, ...sizes];
    }
    case 'tableMixTable': {
      const { nHeads, nQueries, nKeys } = node.attributes;
      const sizes = [rows(0), nHeads, nQueries, nKeys, columns(1), node.attributes.rows];
      const groups = at.groups(node.id);
      return [Opcode.TableMixTable, out, x, y, groups ? 0 : z, ...sizes, groups || at.scratch];
    }
    case 'gatherScores': {
      const { nHeads, nQueries, nKeys } = node.attributes;
      const sizes = [node.shape[0], nHeads, nQueries, nKeys];
      return [Opcode.GatherScores, out, x, y, z, ...sizes, columns(0) / nHeads];
    }
    case 'scatterScores': {
      const { nHeads, nQueries, nKeys, keyRows, queryRows } = node.attributes;
      const sizes = [rows(0), nHeads, nQueries, nKeys, keyRows, queryRows];
      return [Opcode.ScatterScores, out, x, y, z, ...sizes, at.scratch];
    }
    case 'crossEntropy':
      return [Opcode.CrossEntropy, out, x, y, rows(0), columns(0)];
    case 'crossEntropyGradient':
      return [Opcode.CrossEntropyGradient, out, x, y, z, rows(0), columns(0)];
    case 'stableMaxCrossEntropy':
      return [Opcode.StableMaxCrossEntropy, out, x, y, rows(0), columns(0)];
    case 'stableMaxCrossEntropyGradient':
      return [Opcode.StableMaxCrossEntropyGradient, out, x, y, z, rows(0), columns(0)];
    case 'isCorrect':
      return [Opcode.IsCorrect, out, x, y, rows(0), columns(0)];
    case 'mean':
      return [Opcode.Sum, out, x, size(0), 0, at.scratch, ...doubleBits(1 / size(0))];
    case 'sumSquares':
      return [Opcode.Sum, out, x, size(0), 1, at.scratch, ...doubleBits(1)];
    case 'fill':
      return [Opcode.Fill, out, x, floatBits(node.attributes.factor), sizeOf(node.shape)];
    case 'adamW': {
      const [, , , v, hyper] = node.inputs.map(at.value);
      return [Opcode.AdamW, out, y, z, v, hyper, size(0)];
    }
    case 'assign':
      return [Opcode.Scale, out, y, floatBits(1), size(0)];
    case 'parameter':
    case 'state':
      return [Opcode.Scale, out, at.value(node.id), floatBits(1), sizeOf(node.shape)];
    case 'matmul':
    case 'tableMix':
    case 'attentionScores':
    case 'reshape':
    case 'input':
    case 'constant':
      throw new Error(`${node.op} is no step of its own`);
    default:
      return node satisfies never;
  }
}

function encodeFused(
  last: GraphNode,
  { base, ...after }: Fused,
  graph: Graph,
  at: Addresses,
): readonly number[] {
  switch (base.op) {
    case 'matmul':
      return encodeProduct(last, base, after, graph, at);
    case 'tableMix':
      return encodeTableMix(last, { base, ...after }, at);
    case 'attentionScores':
      return encodeScores(last, { base, ...after }, graph, at);
    default:
      return base satisfies never;
  }
}

const doubleBits = (x: number): readonly number[] => [...new Int32Array(new Float64Array([x]).buffer)];
