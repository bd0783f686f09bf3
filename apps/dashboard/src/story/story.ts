import { formatCount, formatDuration } from '@grokscope/figures';
import type { Chance } from './chance.js';
import { answerWords } from '@grokscope/figures';
import { judge } from './judgement.js';
import { viewAt } from '../run/known-at.js';
import { calm, learningWords, verdictWords } from './learning-words.js';
import type { Sentence } from './learning-words.js';
import type { RunMode } from '../run/run-mode.js';
import type { RunView } from '../run/run-state.js';
import type { Waves } from '../plot/waves.js';

export type { Sentence } from './learning-words.js';

export interface StoryInput {
  readonly view: RunView;
  readonly mode: RunMode;
  /** The displayed step; null: the newest. */
  readonly shownStep: number | null;
  /** The accuracy of guessing on the task; null before the task is known. */
  readonly chance: Chance | null;
  /** The frequencies to mention, as seen at the displayed step. */
  readonly waves: Waves;
  /** Seconds since the last message from the server; null if there was none. */
  readonly silentForSeconds: number | null;
}

const step = (value: number): string => formatCount(value);

/** What the network has learnt up to the displayed step, and the overall result if the run ended there. */
const learning = ({ view, chance, shownStep, waves }: StoryInput, isOver = false): readonly Sentence[] => {
  const known = viewAt(view, shownStep);
  const spec = known.started?.spec;
  if (!spec || chance === null)
    return [{ text: 'The network is set up; its first measurement is on the way.' }];
  const judgement = judge(known, spec, chance, answerWords(spec.task).count);
  const told = { known, spec, chance, judgement, waves };
  return isOver ? verdictWords(told) : learningWords(told);
};

const ago = (seconds: number): string =>
  seconds < 60 ? `${Math.round(seconds)}\u00a0s` : formatDuration(1000 * seconds);

const notLive = ({ silentForSeconds, view }: StoryInput): Sentence => {
  if (view.connection.status === 'open') {
    const text =
      'Not live: the server has not heard from the process of this run for a while. It may come back.';
    return { text, strong: true };
  }
  const trying = view.connection.status === 'connecting' ? 'Trying now.' : 'Trying again.';
  const heard =
    silentForSeconds === null
      ? 'Not live: the server does not answer.'
      : `Not live: last heard from ${ago(silentForSeconds)} ago.`;
  return { text: `${heard} ${trying}`, strong: true };
};

/** Why a run failed, without a full stop. */
const failureWords = ({ ended, failure }: RunView): string => {
  if (ended?.message) return ended.message;
  return failure === null || failure._tag === 'BadOrder' ? 'no reason was recorded' : failure.message;
};

const ending = (input: StoryInput): Sentence[] => {
  const { view, mode } = input;
  const ended = view.ended;
  const at = step(ended?.step ?? view.step);
  const took = ended?.elapsedMs === undefined ? '' : ` in ${formatDuration(ended.elapsedMs)}`;
  switch (mode) {
    case 'finished': {
      const early = ended?.reason === 'stopConditionMet' ? ', when its stop condition was met' : '';
      return [...learning(input, true), { text: `Finished after ${at} steps${took}${early}.` }];
    }
    case 'stopped':
      return [...learning(input), { text: `Stopped by hand at step ${at}.` }];
    case 'diverged': {
      const text = `Diverged at step ${at}: the loss is no longer a number. A smaller learning rate usually helps.`;
      return [{ text, strong: true }];
    }
    case 'failed':
      return [
        { text: `Failed at step ${at}: ${failureWords(view)}.`, strong: true },
        // The trainer in this page is gone, together with everything it had.
        ...(view.failure === null ? [] : [{ text: 'Start it again under Runs.' }]),
      ];
    default:
      return [...learning(input), { text: `Interrupted at step ${at}; its last checkpoint is kept.` }];
  }
};

/** The step that the other sentences refer to, if that is not the newest. */
const shownWords = ({ view }: StoryInput, shownStep: number): Sentence => {
  const which =
    view.ended === null
      ? `the run is at step ${step(view.step)}`
      : `the run went on to step ${step(view.ended.step)}`;
  return { text: `Step ${step(shownStep)} is shown; ${which}.` };
};

/** The story of the displayed step, in one to five sentences made from this run's events. */
export const tellStory = (input: StoryInput): Sentence[] => {
  const { mode, view, shownStep } = input;
  if (shownStep !== null && shownStep < (view.ended?.step ?? Infinity)) {
    const told = [shownWords(input, shownStep), ...learning(input)];
    return mode === 'not live' ? [notLive(input), ...calm(told)] : told;
  }
  switch (mode) {
    case 'connecting':
      return [{ text: 'Opening the run …' }];
    case 'catching up':
      return [{ text: 'Catching up with the run …' }, ...(view.latest ? calm(learning(input)) : [])];
    case 'starting':
      return [{ text: 'The run is being prepared: it has not taken its first step yet.' }];
    case 'not live':
      return [notLive(input), ...(view.latest ? calm(learning(input)) : [])];
    case 'paused':
      return [{ text: `Paused at step ${step(view.step)}.`, strong: true }, ...calm(learning(input))];
    case 'live':
      return [...learning(input)];
    case 'finished':
    case 'stopped':
    case 'interrupted':
    case 'diverged':
    case 'failed':
      return ending(input);
    default:
      return mode satisfies never;
  }
};
