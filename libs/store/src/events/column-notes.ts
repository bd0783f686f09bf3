import type { Table } from '@grokscope/formats';
import type { MeasureInfo } from '@grokscope/schema';
import { scalarInfo } from '@grokscope/schema';
import type { RunTables } from './event-table.js';
import { FINAL_KEYS, measureColumns } from './measure-columns.js';

/**
 * The meaning of columns that belong neither to a measure nor to the numbers of `metrics`; the first matching pattern
 * counts.
 */
const NOTES: readonly (readonly [RegExp, string])[] = [
  [/^step$/, 'Updates made before: 0 is the network as initialised. With a full batch, a step is an epoch.'],
  [/^time$/, 'When it was measured or reported, ISO 8601 in UTC.'],
  [/^testLossByToken\.(\d+)$/, 'Test loss of scored token $1 of an example alone (0 is the first).'],
  [/^measures\.(.+)$/, 'The measure `$1`.'],
  [/^precision$/, 'In what the progress measures were computed.'],
  [/^phase$/, 'The phase that began at `step`.'],
  [/^revised$/, 'True if a later look revised an earlier report.'],
  [/^evidence\.(.+)$/, 'The $1 that the phase was judged by.'],
  [/^command$/, 'The command that the run received; it took effect at `step`.'],
  [/^path$/, 'The setting that `set` changed.'],
  [/^value$/, 'What it was set to.'],
  [/^n$/, 'How many steps a `step` command let the run make.'],
  [/^by$/, 'Where the command came from.'],
];
const FINAL = 'With the key frequencies of the last checkpoint in place of those of this step: ';

const SETS: Readonly<Record<string, string>> = {
  train: 'the training examples',
  test: 'the test examples',
  all: 'all examples',
};
const inWords = (group: string): string => SETS[group] ?? group;

/**
 * The meaning of a column of a run's tables, in a sentence or two; undefined for an unknown column.
 *
 * @param measures the measures whose columns are known
 */
export function columnNote(name: string, measures: readonly MeasureInfo[]): string | undefined {
  const measured = measureColumns(measures).noteOf(name, inWords);
  if (measured === undefined) return scalarInfo(name)?.note ?? noteByPattern(name);
  return name.startsWith(FINAL_KEYS) ? `${FINAL}${measured[0]!.toLowerCase()}${measured.slice(1)}` : measured;
}

function noteByPattern(name: string): string | undefined {
  for (const [pattern, note] of NOTES) {
    const found = pattern.exec(name);
    if (found !== null)
      return note.replace(/\$(\d)/g, (_, group: string) => inWords(found[Number(group)] ?? ''));
  }
  return undefined;
}

/** The meaning of every column of a run's tables, as a page in Markdown; `files` names the table of each. */
export function columnNotes(
  tables: RunTables,
  files: Readonly<Record<keyof RunTables, string>>,
  measures: readonly MeasureInfo[],
): string {
  const page = (file: string, table: Table, what: string): string => {
    const rows = table.map(
      ({ name, type }) => `| \`${name}\` | ${type} | ${columnNote(name, measures) ?? ''} |`,
    );
    return [`## ${file}`, '', what, '', '| column | type | is |', '|---|---|---|', ...rows, ''].join('\n');
  };
  return [
    '# Columns',
    '',
    'An empty field has no value: it was not measured at that step, or is not finite. In CSV, a text that a spreadsheet',
    'would take for a formula has an apostrophe in front (and one that begins with an apostrophe has one more);',
    'Parquet has every text unchanged.',
    '',
    page(files.metrics, tables.metrics, 'What was measured, a row for each step.'),
    page(files.phases, tables.phases, 'The phases as reported, in order of time.'),
    page(files.commands, tables.commands, 'The commands that the run received, in order of time.'),
  ].join('\n');
}
