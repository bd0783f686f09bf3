import { LANES, vectorsOf, type OpShapes, type Stage, type StageArray } from './stage.js';

/** The texts of an op on each entry by itself: a number a thread, or a vector of 4. */
export interface EntryText {
  readonly flat: string;
  readonly vectors: string;
}

/** Text for `arrays` of one size and scalars; `entry` is the result's entry, `at(array)` an array's. */
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

/** One launch on each entry, on vectors where the device has them. */
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

/** The values as they are. */
export const COPY = onEntries('copy', ['x'], [], (at) => at('x'));
