import { formatExact } from '@grokscope/figures';
import type { MeasureInfo } from '@grokscope/schema';
import type { Analysis } from 'grokscope';
import { section } from './section.js';

/** Measures that the text of an analysis has a section for; every other one is told by what it says of itself. */
const IN_SECTIONS: ReadonlySet<string> = new Set<keyof Analysis>([
  'loss',
  'accuracy',
  'keyFrequencies',
  'keyFrequencyRule',
  'neurons',
  'restrictedLoss',
  'excludedLoss',
  'logitFit',
  'gini',
  'sumSquaredWeights',
]);

/** The measures that have no section of their own, each by what it says of itself. */
export function measuresSection(analysis: Analysis, measures: readonly MeasureInfo[]): string {
  const others = measures.filter(({ name }) => !IN_SECTIONS.has(name));
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

/** Every number of a value, with the dotted path that leads to it. */
function numbersOf(value: unknown, path = ''): readonly (readonly [string, number])[] {
  if (typeof value === 'number') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    numbersOf(part, path === '' ? key : `${path}.${key}`),
  );
}
