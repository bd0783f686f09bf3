import type { MeasureInfo } from '@grokscope/schema';
import { placeOf } from '@grokscope/schema';

/** The prefix of columns that were measured again with the final key frequencies. */
export const FINAL_KEYS = 'finalKeys.';

/** How the values of measures become columns, by the measures' own descriptions. */
export interface MeasureColumns {
  /** The column of a value at a dotted path of a `progress` event; `keys` is that event's own. */
  readonly columnOf: (path: string, keys: 'current' | 'final' | undefined) => string;
  /** Whether the list at a path is a set: a single column, as a text. */
  readonly isSet: (path: string) => boolean;
  /** Whether a column holds such sets. */
  readonly isSetColumn: (column: string) => boolean;
  /** The meaning of a column; undefined if no measure has it. `$1` of a part of a name is passed through `inWords`. */
  readonly noteOf: (column: string, inWords: (part: string) => string) => string | undefined;
}

/** The columns of these measures. */
export function measureColumns(measures: readonly MeasureInfo[]): MeasureColumns {
  const byPlace = new Map(measures.map((measure) => [placeOf(measure), measure]));
  const byColumn = new Map(measures.map((measure) => [headOf(measure), measure]));
  return {
    columnOf: (path, keys) => {
      const [place, measure] = find(byPlace, path);
      if (!measure) return path;
      const column = headOf(measure) + path.slice(place.length);
      return keys === 'final' && measure.byKeys ? FINAL_KEYS + column : column;
    },
    isSet: (path) => find(byPlace, path)[1]?.isSet ?? false,
    isSetColumn: (column) => find(byColumn, withoutFinal(column))[1]?.isSet ?? false,
    noteOf: (column, inWords) => {
      const name = withoutFinal(column);
      const [head, measure] = find(byColumn, name);
      if (!measure || (name !== column && !measure.byKeys)) return undefined;
      return noteWithin(measure, name.slice(head.length + 1), inWords);
    },
  };
}

const headOf = (measure: MeasureInfo): string => measure.column ?? placeOf(measure);

const withoutFinal = (column: string): string =>
  column.startsWith(FINAL_KEYS) ? column.slice(FINAL_KEYS.length) : column;

/**
 * The measure whose name a dotted path begins with; the name of a single number consists of two parts, `measures.` and
 * its own.
 */
function find(
  byHead: ReadonlyMap<string, MeasureInfo>,
  path: string,
): readonly [string, MeasureInfo | undefined] {
  const [first = '', second = ''] = path.split('.', 2);
  const both = `${first}.${second}`;
  return byHead.has(both) ? [both, byHead.get(both)] : [first, byHead.get(first)];
}

function noteWithin(
  measure: MeasureInfo,
  rest: string,
  inWords: (part: string) => string,
): string | undefined {
  for (const { path, note } of measure.columns ?? []) {
    const [before = '', after] = path.split('*');
    if (after === undefined ? rest === path : rest.startsWith(before) && rest !== '')
      return note.replaceAll('{}', inWords(rest.slice(before.length)));
  }
  return measure.value === undefined && rest === ''
    ? `${measure.title}: ${measure.formula}${measure.unit === '1' ? '' : `, in ${measure.unit}`}.`
    : undefined;
}

/** Whether a name can be a column of these measures, or of a single number that is not known here. */
export const isMeasureColumn = (name: string, measures: readonly MeasureInfo[]): boolean =>
  /^measures\.\w+$/.test(name) || measureColumns(measures).noteOf(name, (part) => part) !== undefined;
