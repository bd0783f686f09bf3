/** The sizes of an array's axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** The number of elements of an array of this shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, axis) => size * axis, 1);
}

/** Whether two shapes have the same axes in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((axis, i) => axis === b[i]);
}

/** A shape for messages: `[3, 4]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}
