import { sizeOf } from '@grokscope/base';
import type { Graph, GraphNode, NodeOf } from '@grokscope/graph';
import { INNER_CHUNK, Opcode, ROW_BLOCK, SUM_CHUNK } from '../opcodes.js';
import type { Product, Step } from './steps.js';

/** Bytes of the left operand's packed rows, one thread: a tile's room, then a block of rows. */
export const LEFT_SCRATCH_BYTES = 256 + ROW_BLOCK * INNER_CHUNK * 4;

/** Where a step finds its values. All addresses in bytes. */
export interface Addresses {
  /** A value as steps read it. */
  readonly value: (id: number) => number;
  /** Where a step writes its node's value: for a leaf the copy of it. */
  readonly result: (id: number) => number;
  /** Room that every instruction may use and none keeps anything in: `scratchBytes` of it. */
  readonly scratch: number;
  /** `LEFT_SCRATCH_BYTES` for each thread. */
  readonly leftScratch: number;
}

/** Bytes of the right operand that threads pack before they meet: half of a common second-level cache. */
const PACKED_BYTES = 2 ** 20;

/** How many chunks of its right operand a product packs at a time, the bytes of those, and how many such buffers. */
function packing(matmul: NodeOf<'matmul'>, graph: Graph) {
  const chunkBytes = 4 * INNER_CHUNK * 8 * Math.ceil(matmul.shape[1] / 8);
  const all = Math.ceil(innerSize(matmul, graph) / INNER_CHUNK);
  const chunks = Math.min(all, Math.max(1, Math.floor(PACKED_BYTES / chunkBytes)));
  return { chunks, bytes: chunks * chunkBytes, buffers: chunks < all ? 2 : 1 };
}

const innerSize = ({ inputs, attributes }: NodeOf<'matmul'>, graph: Graph): number =>
  graph.node(inputs[0]).shape[attributes.transposeA ? 0 : 1];

/** Bytes of common scratch that a step needs. */
export function scratchBytes({ node, product }: Step, graph: Graph): number {
  if (product) {
    const { buffers, bytes } = packing(product.matmul, graph);
    return buffers * bytes;
  }
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
  const out = node.op === 'adamW' ? x : at.result(node.id);
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
    case 'parameter':
    case 'state':
      return [Opcode.Scale, out, at.value(node.id), floatBits(1), sizeOf(node.shape)];
    case 'matmul':
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
  const k = innerSize(matmul, graph);
  const [a, b] = matmul.inputs.map(at.value);
  const scratch = [at.scratch, at.leftScratch, LEFT_SCRATCH_BYTES];
  const after = [
    bias === undefined ? 0 : at.value(bias),
    Number(relu),
    mask === undefined ? 0 : at.value(mask),
  ];
  const { chunks } = packing(matmul, graph);
  const transposes = [Number(transposeA), Number(transposeB)];
  return [Opcode.Matmul, at.result(last.id), a, b, m, n, k, ...transposes, ...scratch, ...after, chunks];
}

const floatBits = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0];

const doubleBits = (x: number): readonly number[] => [...new Int32Array(new Float64Array([x]).buffer)];
