import { LANES, vectorsOf, type OpShapes, type Stage, type StageArray } from './stage.js';

/** Kernel texts for ops on single entries: each thread computes a number, or a vector of 4. */
export interface EntryText {
  readonly flat: string;
  readonly vectors: string;
}

/** Kernel text for `arrays` of one size and scalars; `entry` is the result's entry, `at(array)` that of an array. */
export function onEntries(
  name: string,
  arrays: readonly string[],
  scalars: readonly string[],
  entry: (at: (array: string) => string) => string,
): EntryText {
  const start = `function ${name}(${[...arrays, ...scalars].join(', ')}) {`;
  const vectors = arrays.map((array) => `const ${array}Vector = ${array}[this.thread.x];`).join(' ');
  const lanes = LANES.map((i) => entry((array) => `${array}Vector[${i}]`)).join(', ');
  return {
    flat: `${start} return ${entry((array) => `${array}[this.thread.x]`)}; }`,
    vectors: `${start} ${vectors} return [${lanes}]; }`,
  };
}

/** One launch over all entries, on vectors if the device supports them. */
export const each = (
  { flat, vectors }: EntryText,
  { size, targets }: Pick<OpShapes, 'size' | 'targets'>,
  arrays: readonly StageArray[],
  scalars: readonly number[] = [],
): Stage =>
  targets === 0
    ? { source: flat, size, constants: {}, arrays, scalars }
    : {
        source: vectors,
        size,
        constants: {},
        arrays: arrays.map(vectorsOf),
        scalars,
        vectors: { targets: 1 },
      };

/** The unchanged values. */
export const COPY = onEntries('copy', ['x'], [], (at) => at('x'));
