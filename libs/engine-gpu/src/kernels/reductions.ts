import { operand, stage, type OpShapes, type Stage } from './stage.js';
import { rowAndColumn } from './text.js';

/** Entries that one thread adds in a stage of a full reduction; also the factor by which each stage shrinks its input. */
const GROUP = 64;

// x (count); out (ceil(count / group)): factor · the sum of a group of entries.
const groupSum = (name: string, term: string): string => `function ${name}(x, factor) {
  let total = 0.0;
  for (let i = 0; i < this.constants.group; i++) {
    const place = this.thread.x * this.constants.group + i;
    if (place < this.constants.count) {
      total += ${term};
    }
  }
  return factor * total;
}`;

const SUM = groupSum('groupSum', 'x[place]');
const SUM_SQUARES = groupSum('groupSumSquares', 'x[place] * x[place]');

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

/** Stages that reduce operand 0 to one number, which the last stage multiplies by `factor`. */
function reduce(entries: number, firstSource: string, factor: number): readonly Stage[] {
  const stages: Stage[] = [];
  let count = entries;
  do {
    const size = Math.ceil(count / GROUP);
    stages.push({
      source: stages.length === 0 ? firstSource : SUM,
      size,
      constants: { count, group: Math.min(GROUP, count) },
      arrays: [stages.length === 0 ? operand(0) : stage(stages.length - 1)],
      scalars: [size === 1 ? factor : 1],
    });
    count = size;
  } while (count > 1);
  return stages;
}

export const mean = ({ operandSize }: OpShapes): readonly Stage[] =>
  reduce(operandSize(0), SUM, 1 / operandSize(0));

export const sumSquares = ({ operandSize }: OpShapes): readonly Stage[] =>
  reduce(operandSize(0), SUM_SQUARES, 1);

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
