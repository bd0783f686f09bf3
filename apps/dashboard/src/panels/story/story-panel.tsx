import { formatCount, formatExact, formatNumber, formatPercent } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createEffect, createMemo, createSignal, onCleanup } from 'solid-js';
import type { RunMode } from '../../run/run-mode.js';
import type { RunView } from '../../run/run-state.js';
import type { Sentence } from '../../story/story.js';
import { measuredAt, numbersAt } from './key-numbers.js';

/** Minimum time between two announcements to a screen reader. */
const SPEAK_EVERY_MS = 5000;

/** The story without its numbers: it is announced only if this changed. */
const gist = (sentences: readonly Sentence[]): string =>
  sentences.map(({ text }) => text.replace(/[\d.,]+/g, '')).join(' ');

/** A description of what is happening in plain words, and the four numbers that go with it. */
export const StoryPanel = (props: {
  story: readonly Sentence[];
  view: RunView;
  /** The saved step the page shows; null: the newest. */
  shownStep: number | null;
  mode: RunMode;
  onRetry: () => void;
}): JSX.Element => {
  const [spoken, setSpoken] = createSignal('');
  let lastGist = '';
  let lastTime = -Infinity;
  createEffect(() => {
    const sentences = props.story;
    if (gist(sentences) === lastGist) return;
    const speak = (): void => {
      lastGist = gist(sentences);
      lastTime = Date.now();
      setSpoken((sentences.find(({ strong }) => strong) ?? sentences[0])?.text ?? '');
    };
    const timer = setTimeout(speak, Math.max(0, lastTime + SPEAK_EVERY_MS - Date.now()));
    onCleanup(() => clearTimeout(timer));
  });

  const numbers = createMemo(() => numbersAt(props.view, props.shownStep));
  /** The step the numbers belong to, if that is not the newest. */
  const ofStep = (): string => {
    const shown = props.shownStep ?? 0;
    const measured = measuredAt(props.view, shown) ?? shown;
    return measured === shown
      ? `At step ${formatCount(shown)}:`
      : `At step ${formatCount(measured)}, the last one measured before step ${formatCount(shown)}:`;
  };

  return (
    <>
      <section class="panel story" aria-label="What is happening">
        <p class="story-text" data-testid="story">
          <For each={props.story}>
            {(sentence) => <>{sentence.strong ? <strong>{sentence.text}</strong> : sentence.text} </>}
          </For>
        </p>
        <Show when={props.mode === 'not live'}>
          <button type="button" class="retry" onClick={() => props.onRetry()}>
            Try now
          </button>
        </Show>
        <div class="numbers-block">
          <Show when={props.shownStep !== null}>
            <p class="hint">{ofStep()}</p>
          </Show>
          <dl class="numbers">
            <For each={numbers()}>
              {({ label, name, value, isShare, at }) => (
                <div>
                  <dt title={name}>
                    {label}
                    {at === undefined ? '' : ` (step ${formatCount(at)})`}
                  </dt>
                  <dd aria-label={name ?? label} title={formatExact(value)}>
                    {isShare ? formatPercent(value) : formatNumber(value)}
                  </dd>
                </div>
              )}
            </For>
          </dl>
        </div>
      </section>
      <p class="visually-hidden" aria-live="polite">
        {spoken()}
      </p>
    </>
  );
};
