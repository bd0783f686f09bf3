import { EngineError } from '@grokscope/engine';
import type { GraphNode } from '@grokscope/graph';
import { EXACT_INTEGERS } from '../tensor-store.js';
import type { Stage } from './stage.js';

/**
 * The most threads of a launch: `rowAndColumn` adds a half to a thread's number, which is exact in float32 below 2^23.
 */
const MOST_THREADS = 2 ** 23;

/**
 * Throws `EngineError` for launches whose positions float32 cannot count: results and operands are counted in entries,
 * or in vectors of 4 if the kernel reads them as vectors.
 */
export function checkStages(
  { op, shape }: GraphNode,
  stages: readonly Stage[],
  operandSize: (i: number) => number,
): void {
  for (const { size, vectors, arrays } of stages) {
    if (size / (vectors ? 4 : 1) > MOST_THREADS)
      throw tooLarge(op, shape, size, vectors ? 4 * MOST_THREADS : MOST_THREADS);
    for (const array of arrays) {
      if (array.from !== 'operand') continue;
      const most = array.vectors ? 4 * EXACT_INTEGERS : EXACT_INTEGERS;
      if (operandSize(array.operand) > most) throw tooLarge(op, shape, operandSize(array.operand), most);
    }
  }
}

const tooLarge = (op: string, shape: readonly number[], size: number, most: number): EngineError =>
  new EngineError(
    'Unsupported',
    `${op} [${shape.join(', ')}] works on an array of ${size} entries; the gpu engine takes 2^${Math.log2(most)} there: use a smaller model or batch, or the wasm engine`,
  );
