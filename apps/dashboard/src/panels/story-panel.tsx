import { formatExact, formatNumber, formatPercent } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createEffect, createSignal, onCleanup } from 'solid-js';
import type { RunMode } from '../run-mode.js';
import type { RunView } from '../run-state.js';
import type { Sentence } from '../story.js';

/** Least time between two things said to a screen reader. */
const SPEAK_EVERY_MS = 5000;

/** The story without its numbers: what it says is new only if this changed. */
const gist = (sentences: readonly Sentence[]): string =>
  sentences.map(({ text }) => text.replace(/[\d.,]+/g, '')).join(' ');

/** What is happening in plain words, and the four numbers that go with it. */
export const StoryPanel = (props: {
  story: readonly Sentence[];
  view: RunView;
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
        <dl class="numbers">
          <KeyNumber label="test accuracy" value={props.view.latest?.testAccuracy} format={formatPercent} />
          <KeyNumber label="test loss" value={props.view.latest?.testLoss} format={formatNumber} />
          <KeyNumber label="train loss" value={props.view.latest?.trainLoss} format={formatNumber} />
          <KeyNumber
            label="Σ w²"
            name="sum of squared weights"
            value={props.view.latest?.sumSquaredWeights}
            format={formatNumber}
          />
        </dl>
      </section>
      <p class="visually-hidden" aria-live="polite">
        {spoken()}
      </p>
    </>
  );
};

const KeyNumber = (props: {
  label: string;
  name?: string;
  value: number | null | undefined;
  format: (value: number | null | undefined) => string;
}): JSX.Element => (
  <div>
    <dt title={props.name}>{props.label}</dt>
    <dd aria-label={props.name ?? props.label} title={formatExact(props.value)}>
      {props.format(props.value)}
    </dd>
  </div>
);
