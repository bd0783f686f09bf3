import { formatPercent } from '@grokscope/figures';
import { taskWords } from '@grokscope/tasks';
import { hintsFor, pairExamplesOf, type Analysis, type SplitSource } from 'grokscope';
import type { AnalysisSpec } from '../analysis-spec.js';

/** Facts about an analysis beside its measures: how the weights were decoded, and what looks wrong. */
export interface AboutAnalysis {
  /** How examples were split, and whether that is known. Absent for infinite data, which has no split. */
  readonly split?: {
    /** `file`: read from the weights' own spec; `given`: by a spec file or `--set`; `assumed`: neither. */
    readonly source: SplitSource;
    readonly trainFraction?: number;
    readonly trainExamples?: number;
    readonly splitFile?: string;
    readonly splitSeed: number;
    readonly split: string;
  };
  /** What the task's examples, read from a file, were recognised as. */
  readonly recognised?: string;
  /** What in the spec was inferred from the weights, and what was assumed. */
  readonly inferred?: readonly string[];
  /** What in the file was not taken unchanged. */
  readonly notes?: readonly string[];
  readonly hints?: readonly string[];
}

export function aboutAnalysis(
  { spec, dataset, own: { catalogue }, split, isOwnSpec, inferred }: AnalysisSpec,
  analysis: Analysis,
  notes: readonly string[],
): AboutAnalysis {
  const { trainFraction, trainExamples, splitFile, splitSeed, split: order, infinite } = spec.data;
  const classes = pairExamplesOf(dataset)?.classes ?? dataset.dVocabOut;
  const hints = hintsFor(analysis, { classes, split, isOwnSpec });
  const size =
    splitFile !== undefined
      ? { splitFile }
      : trainExamples === undefined
        ? { trainFraction }
        : { trainExamples };
  const { recognised } = taskWords(spec.task, catalogue.tasks, catalogue.files);
  return {
    ...(infinite ? {} : { split: { source: split, ...size, splitSeed, split: order } }),
    ...(recognised === undefined ? {} : { recognised }),
    ...(inferred ? { inferred } : {}),
    ...(notes.length > 0 ? { notes } : {}),
    ...(hints.length > 0 ? { hints } : {}),
  };
}

/** The same as sentences. */
export function remarksOf({
  split,
  recognised,
  inferred = [],
  notes = [],
  hints = [],
}: AboutAnalysis): readonly string[] {
  const all = [
    ...(recognised === undefined ? [] : [`the table is ${recognised}`]),
    ...inferred,
    ...notes,
    ...(split?.source === 'assumed'
      ? [
          `assumed, for the file does not say: which examples it was trained on (${sizeWords(split)}, split ${split.split}, seed ${split.splitSeed}). Give --set data.splitSeed=… if it is another`,
        ]
      : []),
    ...hints.map((hint) => `hint: ${hint}`),
  ];
  return all.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

function sizeWords({ trainFraction, trainExamples, splitFile }: NonNullable<AboutAnalysis['split']>): string {
  if (splitFile !== undefined) return `those that ${splitFile} names`;
  return trainExamples === undefined ? `${formatPercent(trainFraction)} of them` : `${trainExamples} of them`;
}
