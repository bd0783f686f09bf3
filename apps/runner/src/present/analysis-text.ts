import { formatCount } from '@grokscope/figures';
import { analysisMeasures } from '@grokscope/interpret';
import type { RunSpec } from '@grokscope/schema';
import { toldOf } from '@grokscope/schema';
import type { Analysis } from 'grokscope';
import type { ToldMeasure } from './measures-text.js';
import { furtherSection, toldSections } from './measures-text.js';
import { section } from './section.js';

/**
 * Returns an analysis for a reader who has not read the papers: each number with its meaning. `remarks` follow the
 * title: what was assumed, what looks wrong. Each measure defines how it is presented.
 */
export function analysisText(
  file: string,
  spec: RunSpec,
  analysis: Analysis,
  remarks: readonly string[] = [],
  measures: readonly ToldMeasure[] = analysisMeasures,
): string {
  const { step } = analysis;
  const where = step === undefined ? '' : ` after ${formatCount(step)} steps`;
  const sections = [
    `${file}: ${toldOf(spec.task)?.title ?? spec.task.kind}, ${spec.name}${where}\n${remarks.map((line) => `  ${line}\n`).join('')}`,
    ...toldSections(analysis, measures),
    furtherSection(analysis, measures),
    absentSection(analysis),
  ];
  return sections.filter((text) => text !== '').join('\n');
}

function absentSection({ absent }: Analysis): string {
  return section(
    'Not measured',
    'What this task or network does not admit.',
    Object.entries(absent).map(([name, why]) => [name, why]),
  );
}
