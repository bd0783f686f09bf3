import type { ColorGround } from './color-map.js';
import { divergingColor, lightGround, sequentialColor } from './color-map.js';

/** Values over a grid; row-major, the first row at the top. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns]. */
  readonly values: ArrayLike<number>;
}

/** Largest absolute value, ignoring values that are not finite; 0 if there is none. */
export const largestMagnitude = (values: ArrayLike<number>): number => {
  let largest = 0;
  for (let i = 0; i < values.length; i += 1) {
    const size = Math.abs(values[i] ?? 0);
    if (size > largest && Number.isFinite(size)) largest = size;
  }
  return largest;
};

/**
 * The pixels of a heatmap, one for each cell: [rows, columns, 4] RGBA, as `ImageData` takes them. `most` is the value
 * of the strongest colour; signed values (any below 0) are shown on the diverging map.
 */
export const heatmapPixels = (
  { rows, columns, values }: Grid,
  most: number,
  isSigned: boolean,
  ground: ColorGround = lightGround,
): Uint8ClampedArray<ArrayBuffer> => {
  const pixels = new Uint8ClampedArray(rows * columns * 4);
  const color = isSigned ? divergingColor : sequentialColor;
  for (let i = 0; i < rows * columns; i += 1) {
    const [red, green, blue] = color(most > 0 ? (values[i] ?? 0) / most : 0, ground);
    pixels[4 * i] = red;
    pixels[4 * i + 1] = green;
    pixels[4 * i + 2] = blue;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
};

/** Cells of at least this many device pixels are drawn in whole pixels; smaller ones are smoothed to fill the space. */
const LARGE_CELL = 4;

/**
 * The side of a heatmap in device pixels: large cells get a whole number of pixels each, so that all are equal and
 * sharp; small ones share the space.
 */
export const heatmapSide = (available: number, cells: number): number => {
  const each = cells > 0 ? available / cells : 0;
  return Math.max(1, Math.floor(each >= LARGE_CELL ? Math.floor(each) * cells : available));
};

/** A cell of a grid. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** The cell at a share (0 … 1) of width and height; null outside. */
export const cellAt = (x: number, y: number, rows: number, columns: number): Cell | null => {
  const [row, column] = [Math.floor(y * rows), Math.floor(x * columns)];
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
};

/**
 * The cell that an arrow key moves to, within the grid; without a current cell, the middle one. Undefined if the key
 * has no meaning here.
 */
export const cellByKey = (
  key: string,
  from: Cell | null,
  rows: number,
  columns: number,
): Cell | undefined => {
  const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
  if (!move) return undefined;
  if (!from) return { row: Math.floor(rows / 2), column: Math.floor(columns / 2) };
  const within = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
  return {
    row: within(from.row + (move[0] ?? 0), rows),
    column: within(from.column + (move[1] ?? 0), columns),
  };
};
