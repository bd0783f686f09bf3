/** One bar, in pixels from the top left. */
export interface Bar {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The area the bars fill, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Bars side by side that stand on the box's lower edge; a value of `ceiling` reaches its upper edge. Values that are
 * negative or not finite give bars of no height; higher ones are cut off at the top.
 */
export const barLayout = (values: ArrayLike<number>, box: Box, ceiling: number): Bar[] => {
  const pitch = values.length === 0 ? 0 : box.width / values.length;
  const width = Math.max(pitch - Math.min(2, pitch * 0.3), 0.5);
  return Array.from({ length: values.length }, (_, index) => {
    const value = values[index] ?? 0;
    const share = ceiling > 0 && Number.isFinite(value) ? Math.min(Math.max(value / ceiling, 0), 1) : 0;
    const height = share * box.height;
    return {
      index,
      x: box.left + index * pitch + (pitch - width) / 2,
      y: box.top + box.height - height,
      width,
      height,
    };
  });
};

/** Index of the bar under pixel `x`, or null outside the box. */
export const barAt = (x: number, count: number, box: Box): number | null => {
  const index = Math.floor(((x - box.left) / box.width) * count);
  return count > 0 && index >= 0 && index < count ? index : null;
};
