import { sizeOf } from '@grokscope/base';
import type { Graph, GraphNode } from '@grokscope/graph';
import { INNER_CHUNK, Opcode, ROW_BLOCK, SUM_CHUNK } from '../opcodes.js';
import type { Product, Step } from './steps.js';

/** Bytes of the left operand's packed rows, one thread: a tile's room, then a block of rows. */
export const LEFT_SCRATCH_BYTES = 256 + ROW_BLOCK * INNER_CHUNK * 4;

/** Where a step finds its values. All addresses in bytes. */
export interface Addresses {
  readonly value: (id: number) => number;
  /** Room that every instruction may use and none keeps anything in: `scratchBytes` of it. */
  readonly scratch: number;
  /** `LEFT_SCRATCH_BYTES` for each thread. */
  readonly leftScratch: number;
}

/** Bytes of common scratch that a step needs. */
export function scratchBytes({ node, product }: Step, graph: Graph): number {
  if (product) return 2 * 4 * INNER_CHUNK * 8 * Math.ceil(product.matmul.shape[1] / 8);
  const size = (operand: number) => sizeOf(graph.node(node.inputs[operand]).shape);
  if (node.op === 'mean' || node.op === 'sumSquares') return 8 * Math.ceil(size(0) / SUM_CHUNK);
  if (node.op === 'scatterAdd') return 4 * (node.attributes.rows + 1 + size(1));
  return 0;
}

/** The words of the instruction for a step, as src/opcodes.ts lists them. */
export function encode(step: Step, graph: Graph, at: Addresses): readonly number[] {
  if (step.product) return encodeProduct(step.node, step.product, graph, at);
  const { node } = step;
  const [x, y, z] = node.inputs.map(at.value);
  const size = (operand: number) => sizeOf(graph.node(node.inputs[operand]).shape);
  const rows = (operand: number) => graph.node(node.inputs[operand]).shape[0];
  const columns = (operand: number) => graph.node(node.inputs[operand]).shape[1];
  // Updates have no value of their own.
  const out = node.op === 'adamW' ? x : at.value(node.id);
  switch (node.op) {
    case 'add':
      return [Opcode.Add, out, x, y, size(0)];
    case 'scale':
      return [Opcode.Scale, out, x, floatBits(node.attributes.factor), size(0)];
    case 'relu':
      return [Opcode.Relu, out, x, size(0)];
    case 'reluGradient':
      return [Opcode.ReluGradient, out, x, y, size(0)];
    case 'addRow':
      return [Opcode.AddRow, out, x, y, rows(0), columns(0)];
    case 'sumRows':
      return [Opcode.SumRows, out, x, rows(0), columns(0)];
    case 'gather':
      return [Opcode.Gather, out, x, y, size(1), columns(0)];
    case 'scatterAdd':
      return [Opcode.ScatterAdd, out, x, y, rows(0), columns(0), node.attributes.rows, at.scratch];
    case 'attentionScores': {
      const { nHeads, nQueries, nKeys, scale } = node.attributes;
      const dHead = columns(0) / nHeads;
      return [Opcode.AttentionScores, out, x, y, rows(0), nHeads, nQueries, nKeys, dHead, floatBits(scale)];
    }
    case 'attentionSoftmax': {
      const { nHeads } = node.attributes;
      return [Opcode.AttentionSoftmax, out, x, y, rows(0), nHeads, columns(0) / nHeads];
    }
    case 'attentionSoftmaxGradient': {
      const nKeys = (node.shape.at(-1) ?? 1) / node.attributes.nHeads;
      return [Opcode.AttentionSoftmaxGradient, out, x, y, size(0) / nKeys, nKeys];
    }
    case 'attentionMix':
    case 'attentionMixTransposed': {
      const { nHeads, nQueries, nKeys } = node.attributes;
      const opcode = node.op === 'attentionMix' ? Opcode.AttentionMix : Opcode.AttentionMixTransposed;
      return [opcode, out, x, y, node.shape[0], nHeads, nQueries, nKeys, columns(1) / nHeads];
    }
    case 'crossEntropy':
      return [Opcode.CrossEntropy, out, x, y, rows(0), columns(0)];
    case 'crossEntropyGradient':
      return [Opcode.CrossEntropyGradient, out, x, y, z, rows(0), columns(0)];
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
    case 'matmul':
    case 'parameter':
    case 'state':
    case 'input':
    case 'constant':
      throw new Error(`${node.op} is no step of its own`);
    default:
      return node satisfies never;
  }
}

function encodeProduct(last: GraphNode, product: Product, graph: Graph, at: Addresses): readonly number[] {
  const { matmul, bias, relu, mask } = product;
  const { transposeA, transposeB } = matmul.attributes;
  const [m, n] = matmul.shape;
  const k = graph.node(matmul.inputs[0]).shape[transposeA ? 0 : 1];
  const [a, b] = matmul.inputs.map(at.value);
  const scratch = [at.scratch, at.leftScratch, LEFT_SCRATCH_BYTES];
  const after = [bias === undefined ? 0 : at.value(bias), Number(relu), mask === undefined ? 0 : at.value(mask)];
  return [Opcode.Matmul, at.value(last.id), a, b, m, n, k, Number(transposeA), Number(transposeB), ...scratch, ...after];
}

const floatBits = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0];

const doubleBits = (x: number): readonly number[] => [...new Int32Array(new Float64Array([x]).buffer)];
