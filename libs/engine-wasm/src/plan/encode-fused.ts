import type { Graph, GraphNode, NodeOf } from '@grokscope/graph';
import { INNER_CHUNK, LARGEST_CHUNK, Opcode } from '../opcodes.js';
import { LEFT_SCRATCH_BYTES, type Addresses } from './addresses.js';
import type { Fused } from './steps.js';

/** Bytes of the right operand that threads pack before they meet: half of a common second-level cache. */
const PACKED_BYTES = 2 ** 20;

/** Products: one, or one for each head. */
export type ProductNode = NodeOf<'matmul'> | NodeOf<'headMatmul'> | NodeOf<'headMatmulWeights'>;

/** One head's product `[m,k]·[k,n]`, floats from row to row of each matrix, and from head to head. */
interface Layout {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly heads: number;
  /** Of a, b and the result. */
  readonly rows: readonly [number, number, number];
  readonly headSteps: readonly [number, number, number];
}

export function productLayout(node: ProductNode, graph: Graph): Layout {
  const [a, b] = node.inputs.map((id) => graph.node(id).shape);
  const out = node.shape;
  const rows = [a[1], b[1], out[1]] as const;
  switch (node.op) {
    case 'matmul': {
      const k = a[node.attributes.transposeA ? 0 : 1];
      return { m: out[0], n: out[1], k, ...node.attributes, heads: 1, rows, headSteps: [0, 0, 0] };
    }
    case 'headMatmul': {
      const { nHeads: heads, transposeB } = node.attributes;
      const [n, k] = [out[1] / heads, a[1] / heads];
      const headSteps = [k, (b[0] / heads) * b[1], n] as const;
      return { m: a[0], n, k, transposeA: false, transposeB, heads, rows, headSteps };
    }
    case 'headMatmulWeights': {
      const heads = node.attributes.nHeads;
      const [m, n] = [a[1] / heads, b[1] / heads];
      return { m, n, k: a[0], transposeA: true, transposeB: false, heads, rows, headSteps: [m, n, m * n] };
    }
    default:
      return node satisfies never;
  }
}

/** Inner positions of a chunk, those of the right operand that a product packs at a time, and its bytes of scratch. */
export function packing(node: ProductNode, graph: Graph): { chunk: number; together: number; bytes: number } {
  const { n, k, heads } = productLayout(node, graph);
  const chunk = k <= LARGEST_CHUNK ? 4 * Math.ceil(k / 4) : INNER_CHUNK;
  const chunkBytes = 4 * chunk * 8 * Math.ceil(n / 8);
  const all = Math.ceil(k / chunk);
  const chunks = Math.min(all, Math.max(1, Math.floor(PACKED_BYTES / chunkBytes)));
  // Packed again while other threads still read what was packed before: two buffers in turn.
  const buffers = chunks < all || heads > 1 ? 2 : 1;
  return { chunk, together: chunks * chunk, bytes: buffers * chunks * chunkBytes };
}

/** A product, with what is fused behind it if it is a matmul, written to `last`'s value. */
export function encodeProduct(
  last: GraphNode,
  node: ProductNode,
  after: Omit<Fused, 'base'>,
  graph: Graph,
  at: Addresses,
): readonly number[] {
  const { m, n, k, transposeA, transposeB, heads, rows, headSteps } = productLayout(node, graph);
  const { chunk, together } = packing(node, graph);
  const [a, b] = node.inputs.map(at.value);
  return [
    Opcode.Matmul,
    ...[at.result(last.id), a, b, m, n, k, Number(transposeA), Number(transposeB)],
    ...[at.scratch, at.leftScratch, LEFT_SCRATCH_BYTES],
    ...[optional(after.addend, at), optional(after.bias, at), Number(after.relu), optional(after.mask, at)],
    ...[together, heads],
    ...[...rows, ...headSteps].map((floats) => 4 * floats),
    chunk,
  ];
}

/** Mixing of table rows, with an addend, a bias and a relu. */
export function encodeTableMix(
  last: GraphNode,
  { base, addend, bias, relu }: Fused & { readonly base: NodeOf<'tableMix'> },
  at: Addresses,
): readonly number[] {
  const [a, table, index] = base.inputs.map(at.value);
  const { nHeads, nQueries, nKeys } = base.attributes;
  const [rows, columns] = base.shape;
  return [
    Opcode.TableMix,
    ...[at.result(last.id), a, table, index, rows, nHeads, nQueries, nKeys, columns],
    ...[optional(bias, at), Number(relu), optional(addend, at)],
  ];
}

/** Attention scores, with the softmax or the gradient of one that follows. */
export function encodeScores(
  last: GraphNode,
  { base, lastKey, weights, factor = 1 }: Fused & { readonly base: NodeOf<'attentionScores'> },
  graph: Graph,
  at: Addresses,
): readonly number[] {
  const [q, k] = base.inputs.map(at.value);
  const { nHeads, nQueries, nKeys, scale } = base.attributes;
  const [rows, columns] = graph.node(base.inputs[0]).shape;
  return [
    Opcode.AttentionScores,
    ...[at.result(last.id), q, k, rows, nHeads, nQueries, nKeys, columns / nHeads, floatBits(scale)],
    ...[at.leftScratch, LEFT_SCRATCH_BYTES, optional(lastKey, at), optional(weights, at), floatBits(factor)],
  ];
}

/** A float32 as an instruction's word. */
export const floatBits = (x: number): number => new Int32Array(new Float32Array([x]).buffer)[0];

const optional = (id: number | undefined, at: Addresses): number => (id === undefined ? 0 : at.value(id));
