import { operand, operands, stage, type Kernel, type Stage } from '../stages/stage.js';
import { GROUP } from '../stages/text.js';

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

export const mean: Kernel<'mean'> = ({ operandSize }) => reduce(operandSize(0), SUM, 1 / operandSize(0));

export const sumSquares: Kernel<'sumSquares'> = ({ operandSize }) => reduce(operandSize(0), SUM_SQUARES, 1);

// s (); out: any shape.
const FILL = `function fill(s, factor) {
  return factor * s[0];
}`;

export const fill: Kernel<'fill'> = ({ size }, { factor }) => [
  { source: FILL, size, constants: {}, arrays: operands(1), scalars: [factor] },
];
