import { describe, expect, it } from 'vitest';
import { darkGround, lightGround } from './color-map.js';
import { cellAt, cellByKey, heatmapPixels, heatmapSide, largestMagnitude } from './heatmap.js';

const pixel = (pixels: Uint8ClampedArray, i: number) => [...pixels.slice(4 * i, 4 * i + 4)];

describe('a heatmap', () => {
  const grid = { rows: 2, columns: 2, values: [0, 2, -2, Number.NaN] };

  it('has a pixel a cell, nothing in the ground, most in the strongest colour', () => {
    const pixels = heatmapPixels(grid, 2, true);
    expect(pixel(pixels, 0)).toEqual([...lightGround.zero, 255]);
    expect(pixel(pixels, 1)).toEqual([...lightGround.positive, 255]);
    expect(pixel(pixels, 2)).toEqual([...lightGround.negative, 255]);
    expect(pixel(pixels, 3)).toEqual([...lightGround.zero, 255]);
  });

  it('shows what has no sign on the sequential map, and stays on its ground where all is zero', () => {
    expect(pixel(heatmapPixels(grid, 2, false), 2)).toEqual([...lightGround.zero, 255]);
    expect(pixel(heatmapPixels(grid, 0, true, darkGround), 1)).toEqual([...darkGround.zero, 255]);
    expect(largestMagnitude(grid.values)).toBe(2);
  });

  it('gives large cells whole pixels, and small ones all the room', () => {
    expect(heatmapSide(500, 113)).toBe(452);
    expect(heatmapSide(300, 113)).toBe(300);
    expect(heatmapSide(90.5, 113)).toBe(90);
  });

  it('is read by pointer and by keys', () => {
    expect(cellAt(0.99, 0.2, 5, 4)).toEqual({ row: 1, column: 3 });
    expect(cellAt(1.01, 0.2, 5, 4)).toBeNull();
    expect(cellByKey('ArrowLeft', null, 5, 4)).toEqual({ row: 2, column: 2 });
    expect(cellByKey('ArrowUp', { row: 0, column: 3 }, 5, 4)).toEqual({ row: 0, column: 3 });
    expect(cellByKey('ArrowDown', { row: 0, column: 3 }, 5, 4)).toEqual({ row: 1, column: 3 });
    expect(cellByKey('Tab', { row: 0, column: 3 }, 5, 4)).toBeUndefined();
  });
});
