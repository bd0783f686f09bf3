import { mergeEntriesSource, mergeVectorsSource, productSource, type ProductForm } from './product-text.js';
import { padded, vectorsIn, type StoredMatrix } from './padding.js';
import { stage, vectorsOf, type Stage } from './stage.js';

/** A product of operands 0 and 1, or one product for each head side by side, computed as in `product-text.ts`. */
export interface ProductSizes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  /** The operands, with each head's columns counted as a separate row. */
  readonly a: StoredMatrix;
  readonly b: StoredMatrix;
  /** Rows and columns of the result. */
  readonly m: number;
  readonly width: number;
  /** Inner dimension of one head. */
  readonly k: number;
  /**
   * How many heads lie side by side in rows of a, in rows of b, in the result's rows and in its columns: 1 by default.
   */
  readonly heads?: {
    readonly a?: number;
    readonly b?: number;
    readonly rows?: number;
    readonly columns?: number;
  };
}

/**
 * Products with fewer multiplications are one launch of dot products, since the fast form's further launches cost more.
 */
export const SMALL_PRODUCT = 2 ** 17;

/** The number of threads a launch should have: with fewer, a GPU idles. */
const ENOUGH_THREADS = 2048;
const MOST_ROWS = 8;
/** Steps that a slice sums one after another: bounds the rounding error, and gives long products more threads. */
const SLICE_STEPS = 256;
const LARGEST = 2 ** 25;

/**
 * The stages of a product on vectors of 4, or null if it is too small to gain or an array would be too large.
 *
 * @param targets how many results a kernel can have: 4 or more
 */
export function vectorProduct(sizes: ProductSizes, targets: number): readonly Stage[] | null {
  const { transposeA, transposeB, m, width, k, heads = {} } = sizes;
  const [columnHeads, rowHeads] = [heads.columns ?? 1, heads.rows ?? 1];
  const group = width / columnHeads;
  const rowGroups = transposeA ? vectorsIn(m) : m;
  const columns = columnHeads * vectorsIn(group);
  const most = targets < MOST_ROWS ? MOST_ROWS / 2 : MOST_ROWS;
  const mostGroups = !transposeA ? most : rowHeads > 1 ? 1 : most / 4;
  const unroll = !transposeA ? 4 : k % 2 === 0 ? 2 : 1;
  const inner = Math.ceil(k / unroll);
  const slices = Math.ceil(inner / SLICE_STEPS);
  const perThread = rowsPerThread(slices * rowGroups * columns, mostGroups);
  const block = Math.ceil(rowGroups / perThread);
  const tiles = block * columns;
  if (4 * slices * tiles > LARGEST) return null;

  const stages: Stage[] = [];
  const whole = !transposeA && k % 4 !== 0;
  const a = padded(stages, 0, sizes.a, sizes.a.rows);
  const b = padded(stages, 1, sizes.b, whole && !transposeB ? 4 * inner : sizes.b.rows);
  const [vectorsA, vectorsB] = [vectorsIn(sizes.a.width), vectorsIn(sizes.b.width)];
  const form: ProductForm = { transposeA, transposeB, rows: transposeA ? 4 * perThread : perThread, unroll };
  const perHead = transposeA ? vectorsIn(m) / rowHeads : columns / columnHeads;
  const product = {
    tiles,
    columns,
    perHead,
    block,
    inner,
    steps: Math.ceil(inner / slices),
    strideA: (heads.a ?? 1) * vectorsA,
    strideB: (heads.b ?? 1) * vectorsB,
    headA: vectorsA,
    headB: transposeA ? vectorsB : k * vectorsB - perHead,
  };
  const at = stages.push({
    source: productSource(form),
    size: 4 * slices * tiles,
    constants: product,
    arrays: [vectorsOf(a), vectorsOf(b)],
    vectors: { targets: form.rows },
  });
  const results = Array.from({ length: form.rows }, (_, r) => stage(at - 1, r));
  if (group % 4 !== 0) {
    const constants = { columns, block, tiles, slices, width, group, padding: 4 * vectorsIn(group) - group };
    stages.push({ source: mergeEntriesSource(form), size: m * width, constants, arrays: results });
  } else if (form.rows > 1 || slices > 1) {
    stages.push({
      source: mergeVectorsSource(form),
      size: m * width,
      constants: { columns, block, tiles, slices },
      arrays: results.map(vectorsOf),
      vectors: { targets: 1 },
    });
  }
  return stages;
}

/**
 * Row groups that a thread computes: more of them mean fewer reads for each multiplication, fewer mean more threads.
 */
function rowsPerThread(groups: number, most: number): number {
  let rows = most;
  while (rows > 1 && groups / rows < ENOUGH_THREADS) rows /= 2;
  return rows;
}
