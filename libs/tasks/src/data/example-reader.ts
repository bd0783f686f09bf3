import type { Dataset } from './dataset.js';
import type { TaskStructure } from './structure.js';

/** One example, read token by token. */
export interface ExampleReader {
  /** Its number in the dataset. */
  readonly example: number;
  /** Its number of tokens. */
  readonly length: number;
  /** The readable token at a position. */
  readonly at: (position: number) => string;
  /** The tokens from `first` to before `end`, without gaps. */
  readonly text: (first: number, end: number) => string;
  /** `[nScored]` readable labels. */
  readonly answers: readonly string[];
  readonly structure: TaskStructure | undefined;
}

/** Reads one example of a dataset. */
export function exampleReader(dataset: Dataset, example: number): ExampleReader {
  const { vocabulary, nCtx, nScored, tokens, labels, structure } = dataset;
  const word = (token: number | undefined): string => vocabulary[token ?? -1] ?? String(token);
  const at = (position: number): string => word(tokens[example * nCtx + position]);
  return {
    example,
    length: nCtx,
    at,
    text: (first, end) => Array.from({ length: end - first }, (_, i) => at(first + i)).join(''),
    answers: Array.from(labels.subarray(example * nScored, (example + 1) * nScored), word),
    structure,
  };
}
