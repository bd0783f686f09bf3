/** One column, with as many values as the table has rows; null for a missing value. */
export interface Column {
  readonly name: string;
  /** `integer`: whole numbers up to 2^53; `number`: float64; `text`; `boolean`. */
  readonly type: 'integer' | 'number' | 'text' | 'boolean';
  readonly values: readonly (number | string | boolean | null)[];
}

/** Columns of equal length, in order. */
export type Table = readonly Column[];
