import type { TaskSpec } from '@grokscope/schema';
import type { Dataset } from './dataset.js';

/** Signs between the two things of a pair. */
const SIGNS = {
  modularAddition: '+',
  modularSubtraction: '−',
  modularMultiplication: '×',
  modularDivision: '÷',
  characterAddition: '+',
  permutationComposition: '∘',
} as const;

/**
 * An example in readable tokens: what is asked, an arrow, the wanted answer: `k + q → f`, `99999 + 00001 → 100000`.
 * Of sequences only what settles the answer is written: `A3 … B → C3`, and of a repeated subsequence how it begins:
 * `17 4 … 17 → 4`. A label that noise has made wrong is shown as it is trained on.
 *
 * @param example its number in the dataset, which is that of the task
 */
export function exampleText(task: TaskSpec, dataset: Dataset, example: number): string {
  const { vocabulary, nCtx, nScored, tokens, labels } = dataset;
  const word = (token: number | undefined): string => vocabulary[token ?? -1] ?? String(token);
  const at = (position: number): string => word(tokens[example * nCtx + position]);
  const answers = Array.from(labels.subarray(example * nScored, (example + 1) * nScored), word);
  const text = (first: number, end: number): string =>
    Array.from({ length: end - first }, (_, i) => at(first + i)).join('');
  switch (task.kind) {
    case 'modularAddition':
    case 'modularSubtraction':
    case 'modularMultiplication':
    case 'modularDivision':
    case 'characterAddition':
    case 'permutationComposition':
      return `${at(0)} ${SIGNS[task.kind]} ${at(1)} → ${answers[0]}`;
    case 'modularPolynomial':
      return `x = ${at(0)}, y = ${at(1)} → ${answers[0]}`;
    case 'rot13':
      return `${text(0, task.letters)} → ${answers.join('')}`;
    case 'digitAddition': {
      const { digits } = task;
      return `${text(0, digits)} + ${text(digits + 1, 2 * digits + 1)} → ${answers.join('')}`;
    }
    case 'repeatedSubsequence': {
      const first = placeOf(dataset, example);
      return `${at(first)} ${at(first + 1)} … ${at(first)} → ${answers[0]}`;
    }
    case 'skipTrigram':
      return `${at(placeOf(dataset, example))} … ${at(nCtx - 1)} → ${answers[0]}`;
    default:
      return task satisfies never;
  }
}

/** Where the first repeat begins, or the marker stands. */
function placeOf({ structure }: Dataset, example: number): number {
  if (structure?.kind === 'repeats') return structure.starts[example * structure.repeats] ?? 0;
  return structure?.kind === 'skipTrigram' ? (structure.markerPositions[example] ?? 0) : 0;
}

/** The first `count` training examples in readable tokens, in the order of the split. */
export const exampleTexts = (task: TaskSpec, dataset: Dataset, count = 3): readonly string[] =>
  Array.from(dataset.trainIndices.subarray(0, count), (example) => exampleText(task, dataset, example));

/**
 * Character addition's hidden numbers by character, in the order of the vocabulary: what the network is never shown.
 * Undefined for a task that hides nothing.
 */
export function hiddenValues({
  kind,
  structure,
  vocabulary,
}: Pick<Dataset, 'kind' | 'structure' | 'vocabulary'>): Readonly<Record<string, number>> | undefined {
  if (kind !== 'characterAddition' || structure?.kind !== 'cyclic') return undefined;
  const { order, elementOf } = structure;
  return Object.fromEntries(vocabulary.slice(0, order).map((name, token) => [name, elementOf[token]!]));
}
