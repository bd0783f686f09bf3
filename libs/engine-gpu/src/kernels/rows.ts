import type { EntryText } from '../stages/entries.js';
import {
  LANES,
  operand,
  operands,
  stage,
  vectorsOf,
  type Kernel,
  type OpShapes,
  type Stage,
} from '../stages/stage.js';
import { GROUP, rowAndColumn } from '../stages/text.js';

/** Kernel text for a matrix (N,D) and a row (D), combined entry by entry; on vectors both have d = D/4 of them. */
const onRows = (name: string, sign: '+' | '*'): EntryText => ({
  flat: `function ${name}(x, vector) {
  ${rowAndColumn('d')}
  return x[this.thread.x] ${sign} vector[col];
}`,
  vectors: `function ${name}OfVectors(x, vector) {
  ${rowAndColumn('d')}
  const y = x[this.thread.x];
  const z = vector[col];
  return [${LANES.map((i) => `y[${i}] ${sign} z[${i}]`).join(', ')}];
}`,
});

const ADD_ROW = onRows('addRow', '+');
const MULTIPLY_ROW = onRows('multiplyRow', '*');

function eachRow({ flat, vectors }: EntryText, shapes: OpShapes): readonly Stage[] {
  const d = shapes.width(0);
  if (shapes.targets === 0 || d % 4 !== 0)
    return [{ source: flat, size: shapes.size, constants: { d }, arrays: operands(2) }];
  const arrays = operands(2).map(vectorsOf);
  const constants = { d: d / 4 };
  return [{ source: vectors, size: shapes.size, constants, arrays, vectors: { targets: 1 } }];
}

export const addRow: Kernel<'addRow'> = (shapes) => eachRow(ADD_ROW, shapes);

export const multiplyRow: Kernel<'multiplyRow'> = (shapes) => eachRow(MULTIPLY_ROW, shapes);

// x (N,D); out (ceil(N / group), D): sums of groups of rows.
const SUM_ROWS = `function sumRows(x) {
  ${rowAndColumn('d')}
  let total = 0.0;
  for (let i = 0; i < this.constants.group; i++) {
    const from = row * this.constants.group + i;
    if (from < this.constants.rows) {
      total += x[from * this.constants.d + col];
    }
  }
  return total;
}`;

/** Stages that each sum groups of rows, until one row is left. */
export function sumRows({ size: d, operandSize }: OpShapes): readonly Stage[] {
  const stages: Stage[] = [];
  let rows = operandSize(0) / d;
  do {
    const group = Math.min(GROUP, rows);
    const groups = Math.ceil(rows / group);
    const from = stages.length === 0 ? operand(0) : stage(stages.length - 1);
    stages.push({ source: SUM_ROWS, size: groups * d, constants: { d, group, rows }, arrays: [from] });
    rows = groups;
  } while (rows > 1);
  return stages;
}
