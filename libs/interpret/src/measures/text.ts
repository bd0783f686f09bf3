import type { Analysis } from '../analyze/analysis.js';

/*
 * A measure's form in the text of an analysis, as data: the writer of the text lays out the tables and formats the
 * numbers, and knows no measure by name.
 */

/** A number, and how it is written: with six digits, as a share of one in per cent, or as a whole number. */
export interface Quantity {
  readonly value: number | undefined;
  readonly as: 'exact' | 'percent' | 'count';
}

/** A text that may contain numbers. */
export type Words = string | Quantity | readonly (string | Quantity)[];

/** A line of a section's table. */
export interface TextRow {
  readonly cells: readonly Words[];
  /** Rows of a section with the same key form one line: the cells of the first, then those of the next. */
  readonly key?: string;
}

/** A table of the text with its title. It is left out if it has no rows. */
export interface TextSection {
  readonly title: string;
  /** One or two sentences below the title, for a reader who has not read the papers. */
  readonly about?: string;
  /** The column headings. */
  readonly columns?: readonly string[];
}

/** What a measure adds to the text of an analysis. */
export interface MeasureText {
  /** The section its rows belong to: one of `sections`, or a new one, which then follows those. */
  readonly section: TextSection;
  /** Its place among the measures of the section; those of the same place are in the order of the list. Default: 0. */
  readonly at?: number;
  /** Its contribution to the sentences below the title. */
  readonly about?: (analysis: Analysis) => Words | undefined;
  /** Its rows; empty for an analysis without its value. */
  readonly rows: (analysis: Analysis) => readonly TextRow[];
  /** The text below the title if the section has no rows. @param why the measure is absent */
  readonly instead?: (analysis: Analysis, why: string) => string | undefined;
}

export const exact = (value: number | undefined): Quantity => ({ value, as: 'exact' });
export const percent = (value: number | undefined): Quantity => ({ value, as: 'percent' });
export const count = (value: number): Quantity => ({ value, as: 'count' });

/** Rows to which no other measure adds. */
export const rowsOf = (rows: readonly (readonly Words[])[]): readonly TextRow[] =>
  rows.map((cells) => ({ cells }));

/** A mean over the training examples, over the others and over all, as the cells of a row. */
export const means = (
  { train, test, all }: Analysis['loss'],
  as: (value: number | undefined) => Quantity = exact,
): readonly Quantity[] => [as(train), as(test), as(all)];
