import { countInWords } from '@grokscope/figures';

/** Title of the spectra; `isAnswered`: the network has generalised, and writes its answers in these waves. */
export const spectrumTitle = (count: number, isAnswered: boolean): string => {
  if (count === 0) return 'No frequency stands out yet';
  const word = countInWords(count);
  const many = count > 1;
  const what = `${word.charAt(0).toUpperCase()}${word.slice(1)} frequenc${many ? 'ies' : 'y'}`;
  return isAnswered ? `${what} carr${many ? 'y' : 'ies'} the answer` : `${what} stand${many ? '' : 's'} out`;
};
