import { formatShape, type Shape } from '@grokscope/base';

/**
 * Operands that do not fit an op: a defect in the code that builds the graph. States the operands' shapes and those
 * wanted.
 */
export class ShapeMismatch extends Error {
  readonly _tag = 'ShapeMismatch';

  constructor(
    readonly op: string,
    readonly got: readonly Shape[],
    readonly want: string,
  ) {
    super(`${op}: got operands ${got.map(formatShape).join(', ')}; wants ${want}`);
    this.name = 'ShapeMismatch';
  }
}
