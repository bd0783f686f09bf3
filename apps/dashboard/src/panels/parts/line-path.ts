/** An SVG path through values, broken at missing ones (NaN, null). */
export const linePath = (
  values: ArrayLike<number>,
  xOf: (index: number) => number,
  yOf: (value: number) => number,
): string => {
  let path = '';
  let isDrawing = false;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] ?? Number.NaN;
    if (Number.isFinite(value))
      path += `${isDrawing ? 'L' : 'M'}${xOf(i).toFixed(1)} ${yOf(value).toFixed(1)}`;
    isDrawing = Number.isFinite(value);
  }
  return path;
};
