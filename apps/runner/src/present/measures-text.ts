import { formatCount, formatExact, formatPercent } from '@grokscope/figures';
import type { Measure, MeasureText, Quantity, TextRow, TextSection, Words } from '@grokscope/interpret';
import { textSections } from '@grokscope/interpret';
import type { MeasureInfo } from '@grokscope/schema';
import { placeOf } from '@grokscope/schema';
import type { Analysis } from 'grokscope';
import { section } from './section.js';

/* The text of an analysis's measures, from the description that each has. */

/** A measure's description, with how the text presents it. */
export type ToldMeasure = MeasureInfo & Pick<Measure, 'told'>;

/** A measure that belongs to a section. */
interface Entry {
  readonly place: string;
  readonly told: MeasureText;
}

/** Returns the sections to which measures belong, in order; an empty text for one without content. */
export function toldSections(analysis: Analysis, measures: readonly ToldMeasure[]): readonly string[] {
  const entries = measures.flatMap((measure): readonly Entry[] =>
    measure.told ? [{ place: placeOf(measure), told: measure.told }] : [],
  );
  const sections = new Set([...textSections, ...entries.map(({ told }) => told.section)]);
  return [...sections].map((about) =>
    sectionText(
      about,
      entries
        .filter(({ told }) => told.section === about)
        .sort((a, b) => (a.told.at ?? 0) - (b.told.at ?? 0)),
      analysis,
    ),
  );
}

function sectionText(
  { title, about, columns }: TextSection,
  entries: readonly Entry[],
  analysis: Analysis,
): string {
  const rows = joined(entries.flatMap(({ told }) => told.rows(analysis)));
  if (rows.length === 0) return insteadOf(title, entries, analysis);
  const sentences = entries.flatMap(({ told }) => {
    const words = told.about?.(analysis);
    return words === undefined ? [] : [written(words)];
  });
  const what = [...(about === undefined ? [] : [about]), ...sentences].join('\n  ');
  return section(title, what, columns ? [columns, ...rows] : rows);
}

/** The text in place of a table that is missing, if a measure supplies one. */
function insteadOf(title: string, entries: readonly Entry[], analysis: Analysis): string {
  const sentences = entries.flatMap(({ place, told }) => {
    const why = analysis.absent[place];
    const text = why === undefined ? undefined : told.instead?.(analysis, why);
    return text === undefined ? [] : [`  ${sentence(text)}\n`];
  });
  return sentences.length === 0 ? '' : `${title}\n${sentences.join('')}`;
}

/** Adds a capital and a full stop. */
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Returns rows as texts; rows with the same key are one line, at the place of the first. */
function joined(rows: readonly TextRow[]): readonly (readonly string[])[] {
  const lines: string[][] = [];
  const byKey = new Map<string, string[]>();
  for (const { key, cells } of rows) {
    const texts = cells.map(written);
    const line = key === undefined ? undefined : byKey.get(key);
    if (line) {
      line.push(...texts);
      continue;
    }
    lines.push(texts);
    if (key !== undefined) byKey.set(key, texts);
  }
  return lines;
}

const written = (words: Words): string =>
  (isList(words) ? words : [words])
    .map((part) => (typeof part === 'string' ? part : quantityText(part)))
    .join('');

const isList = (words: Words): words is Extract<Words, readonly unknown[]> => Array.isArray(words);

function quantityText({ value, as }: Quantity): string {
  if (as === 'count') return value === undefined ? '–' : formatCount(value);
  return as === 'exact' ? formatExact(value) : formatPercent(value);
}

/** Lists the measures without a presentation of their own: every number, with title, unit and formula. */
export function furtherSection(analysis: Analysis, measures: readonly ToldMeasure[]): string {
  const others = measures.filter(({ told }) => told === undefined);
  const rows = others.flatMap(({ name, title, unit, formula, value: isStructured }) => {
    const value = isStructured ? (analysis as unknown as Fields)[name] : analysis.measures?.[name];
    return numbersOf(value).map(([path, number], i) => [
      i === 0 ? title : '',
      path,
      formatExact(number),
      unit === '1' ? '' : unit,
      i === 0 ? formula : '',
    ]);
  });
  return section('Further measures', 'Each with its unit and formula.', rows);
}

type Fields = Readonly<Record<string, unknown>>;

/** Every number in a value, with the dotted path that leads to it. */
function numbersOf(value: unknown, path = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    numbersOf(part, path === '' ? key : `${path}.${key}`),
  );
}
