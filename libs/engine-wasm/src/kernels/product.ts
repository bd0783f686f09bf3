import type { InstructionOp, Kernel, SizedNode } from '../kernel.js';
import { INNER_CHUNK, LARGEST_CHUNK, Opcode } from '../opcodes.js';
import { LEFT_SCRATCH_BYTES } from '../plan/addresses.js';

// Shared by the kernels of all products, which use one instruction.

/** Bytes of the right operand that threads pack before they meet: half of a typical second-level cache. */
const PACKED_BYTES = 2 ** 20;

/** The product `[m,k]·[k,n]` of one head, with the steps (in floats) between rows of each matrix and between heads. */
export interface ProductLayout {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly heads: number;
  /** For a, b and the result. */
  readonly rows: readonly [number, number, number];
  readonly headSteps: readonly [number, number, number];
}

/**
 * Inner positions in a chunk, inner positions of the right operand that a product packs at a time, and its scratch in
 * bytes.
 */
function packing({ n, k, heads }: ProductLayout): { chunk: number; together: number; bytes: number } {
  const chunk = k <= LARGEST_CHUNK ? 4 * Math.ceil(k / 4) : INNER_CHUNK;
  const chunkBytes = 4 * chunk * 8 * Math.ceil(n / 8);
  const all = Math.ceil(k / chunk);
  const chunks = Math.min(all, Math.max(1, Math.floor(PACKED_BYTES / chunkBytes)));
  // Packing continues while other threads still read the previous part, so two buffers alternate.
  const buffers = chunks < all || heads > 1 ? 2 : 1;
  return { chunk, together: chunks * chunk, bytes: buffers * chunks * chunkBytes };
}

/** The kernel of a product: a single one, or one for each head. */
export const productKernel = <O extends InstructionOp>(
  layoutOf: (node: SizedNode<O>) => ProductLayout,
): Kernel<O> => ({
  encode: (node, { out, at: [a, b], scratch, leftScratch, after }) => {
    const layout = layoutOf(node);
    const { m, n, k, transposeA, transposeB, heads, rows, headSteps } = layout;
    const { chunk, together } = packing(layout);
    return [
      Opcode.Matmul,
      ...[out, a, b, m, n, k, Number(transposeA), Number(transposeB)],
      ...[scratch, leftScratch, LEFT_SCRATCH_BYTES],
      ...[after.addend, after.bias, Number(after.relu), after.mask],
      ...[together, heads],
      ...[...rows, ...headSteps].map((floats) => 4 * floats),
      chunk,
    ];
  },
  scratchBytes: (node) => packing(layoutOf(node)).bytes,
});
