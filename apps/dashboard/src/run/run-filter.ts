import type { RunSummary } from '../connection/api.js';

/** Text normalised for comparison: ignoring case, and independent of how its accents are encoded. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase();

/** Everything that a run can be found by; tags begin with #. */
const textOf = ({ name, runId, state, note, tags, taskTitle = '' }: RunSummary): string =>
  plain([name, runId, state, note, taskTitle, ...tags.map((tag) => `#${tag}`)].join('\n'));

/** The runs that contain every word of a text in their name, id, state, note or tags, in the original order. */
export const runsWith = (runs: readonly RunSummary[], text: string): readonly RunSummary[] => {
  const words = plain(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return runs;
  return runs.filter((run) => {
    const searched = textOf(run);
    return words.every((word) => searched.includes(word));
  });
};

/** A phrase for how many of the runs are listed. */
export const countWords = (listed: number, all: number): string => {
  if (all === 0) return 'No run yet.';
  if (listed === all) return all === 1 ? '1 run' : `${all} runs, newest first`;
  return listed === 0 ? `None of the ${all} runs matches.` : `${listed} of ${all} runs`;
};
