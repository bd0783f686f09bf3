import type { Tensor } from '@grokscope/graph';
import { functionCase, type ConformanceCase, type Draw, type FunctionCase } from './conformance.js';

const outputs = (y: Tensor) => ({ outputs: { y }, updates: [] });

/** A case of one op: its value on drawn operands. */
export const op = (
  name: string,
  y: (draw: Draw) => Tensor,
  more: Partial<FunctionCase> = {},
): ConformanceCase => functionCase({ name, build: (_, draw) => outputs(y(draw)), ...more });
