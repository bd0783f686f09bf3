import { countInWords } from '@grokscope/figures';
import type { TaskSpec } from '@grokscope/schema';

/** Tasks whose answer is known to be computed from the waves in the embedding, once it is understood. */
export const carriesAnswer = (kind: TaskSpec['kind'] | undefined): boolean =>
  kind === 'modularAddition' || kind === 'modularSubtraction';

/** Title of the spectrum; `isAnswered`: the network has generalised on a task that `carriesAnswer`. */
export const spectrumTitle = (count: number, isAnswered: boolean): string => {
  if (count === 0) return 'No frequency stands out yet';
  const word = countInWords(count);
  const many = count > 1;
  const what = `${word.charAt(0).toUpperCase()}${word.slice(1)} frequenc${many ? 'ies' : 'y'}`;
  return isAnswered ? `${what} carr${many ? 'y' : 'ies'} the answer` : `${what} stand${many ? '' : 's'} out`;
};
