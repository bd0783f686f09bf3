import type { NamedTensor } from '@grokscope/model';
import type { Reals } from '../numerics/numbers.js';
import { product } from '../numerics/product.js';
import { symmetricEigenvalues } from '../numerics/symmetric-eigenvalues.js';
import type { Look } from './measure.js';

/** A wider matrix is left out while a run goes on: its spectrum would take longer than all other measures together. */
const WIDEST_LIVE = 256;
/** And of saved weights. */
const WIDEST = 2048;

/** A matrix of a network: a tensor, or what one head has of it. */
interface Matrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Reals;
}

const known = new WeakMap<Look, ReadonlyMap<string, Float64Array>>();

/**
 * The squared singular values, ascending, of every matrix of a network by its name: of each tensor with rows and columns,
 * and of one by heads of every head (`blocks.0.attn.W_Q.0`); biases and gains are none. A matrix both sides of which are
 * wider than 256 (of saved weights 2,048) is left out. Computed once for each look.
 */
export function matrixSpectra(look: Look): ReadonlyMap<string, Float64Array> {
  const found = known.get(look);
  if (found) return found;
  const widest = look.saved ? WIDEST : WIDEST_LIVE;
  const spectra = new Map(
    look.weights
      .flatMap(matricesOf)
      .filter(({ rows, columns }) => Math.min(rows, columns) <= widest)
      .map((matrix) => [matrix.name, squaredSingularValues(matrix)] as const),
  );
  known.set(look, spectra);
  return spectra;
}

/** One number of each matrix, by its name. */
export const byMatrix = (
  look: Look,
  of: (squares: Float64Array) => number,
): Readonly<Record<string, number>> =>
  Object.fromEntries([...matrixSpectra(look)].map(([name, squares]) => [name, of(squares)]));

function matricesOf({ name, shape, data }: NamedTensor): readonly Matrix[] {
  // A bias of each head has two axes as well.
  if (/(^|\.)b_[^.]*$/.test(name)) return [];
  const [rows, columns] = shape.slice(-2);
  if (shape.length < 2 || shape.length > 3 || rows < 2 || columns < 2) return [];
  if (shape.length === 2) return [{ name, rows, columns, values: data }];
  const size = rows * columns;
  return Array.from({ length: shape[0] }, (_, head) => ({
    name: `${name}.${head}`,
    rows,
    columns,
    values: data.subarray(head * size, (head + 1) * size),
  }));
}

/** [min(rows, columns)] by the product of the matrix with itself, on its narrower side. */
function squaredSingularValues({ rows, columns, values }: Matrix): Float64Array {
  const n = Math.min(rows, columns);
  const wide = Math.max(rows, columns);
  const turned = new Float64Array(rows * columns);
  for (let r = 0, at = 0; r < rows; r++)
    for (let c = 0; c < columns; c++, at++) turned[c * rows + r] = values[at];
  const [left, right] = rows <= columns ? [values, turned] : [turned, values];
  return symmetricEigenvalues(product(left, right, n, wide, n), n).map((x) => Math.max(0, x));
}
