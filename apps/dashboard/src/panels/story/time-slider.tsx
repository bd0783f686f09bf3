import type { Palette } from '@grokscope/figures';
import { formatCount } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createSignal, onCleanup } from 'solid-js';
import { phaseSpans } from '../../plot/phase-spans.js';
import type { RunView } from '../../run/run-state.js';
import type { ShownStep } from '../../run/shown-step.js';
import { shareOf, stepAtShare, stepByKey, timelineText, timelineTicks } from '../../plot/timeline.js';

/** Delay between two saved steps while the run is played back. */
const PLAY_EVERY_MS = 400;

const percent = (share: number): string => `${(100 * share).toFixed(3)}%`;

/** The whole run as one line across the page: any saved step can be shown, and "Live" returns to the newest. */
export const TimeSlider = (props: {
  view: RunView;
  shown: ShownStep;
  palette: Palette;
  /** Whether anything more will come. */
  isOver: boolean;
}): JSX.Element => {
  const [isHeld, setHeld] = createSignal(false);
  const [isPlaying, setPlaying] = createSignal(false);
  let track: HTMLDivElement | undefined;

  const history = createMemo(() => props.view.history);
  const total = createMemo(() => props.view.started?.spec.training.steps ?? 0);
  const end = createMemo(() => Math.max(props.isOver ? 0 : total(), props.view.step));
  const ticks = createMemo(() => timelineTicks(history(), end()));
  const spans = createMemo(() => phaseSpans(history().phases, props.view.step));
  const isLive = (): boolean => props.shown.chosen() === null;
  const hasSaved = (): boolean => history().saved.length > 0;
  const newestWord = (): string => (props.isOver ? 'Newest' : 'Live');

  const choose = (step: number | null): void => {
    setPlaying(false);
    props.shown.choose(step);
  };
  const chooseAt = (event: PointerEvent): void => {
    if (!track) return;
    const frame = track.getBoundingClientRect();
    const share = (event.clientX - frame.left) / Math.max(frame.width, 1);
    choose(stepAtShare(share, history().saved, end(), props.view.step));
  };
  const onKey = (event: KeyboardEvent): void => {
    const next = stepByKey(event.key, props.shown.chosen(), history().saved);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
  };
  const timer = setInterval(() => {
    if (!isPlaying()) return;
    const next = stepByKey('ArrowRight', props.shown.chosen(), history().saved) ?? null;
    props.shown.choose(next);
    if (next === null) setPlaying(false);
  }, PLAY_EVERY_MS);
  onCleanup(() => clearInterval(timer));
  const play = (): void => {
    if (isPlaying()) return void setPlaying(false);
    if (isLive()) props.shown.choose(history().saved[0] ?? null);
    setPlaying(true);
  };

  return (
    <section class="timeline" aria-label="Time">
      <button
        type="button"
        class="play"
        disabled={!hasSaved()}
        aria-label={isPlaying() ? 'Stop playing the saved steps' : 'Play the saved steps'}
        title={isPlaying() ? 'Stop here' : 'Play the saved steps'}
        onClick={play}
      >
        {isPlaying() ? '❚❚' : '▶'}
      </button>
      <div
        class="track"
        classList={{ held: isHeld(), empty: !hasSaved() }}
        ref={(element) => (track = element)}
        role="slider"
        tabIndex={0}
        aria-label="Step that is shown"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={end()}
        aria-valuenow={props.shown.step()}
        aria-valuetext={timelineText(history(), props.shown.step(), isLive())}
        aria-disabled={!hasSaved()}
        title={
          hasSaved()
            ? undefined
            : 'No step is saved yet. Earlier steps can be shown after the first checkpoint'
        }
        onKeyDown={onKey}
        onPointerDown={(event) => {
          if (!hasSaved() || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setHeld(true);
          chooseAt(event);
        }}
        onPointerMove={(event) => {
          if (isHeld()) chooseAt(event);
        }}
        onPointerUp={() => setHeld(false)}
        onPointerCancel={() => setHeld(false)}
      >
        <div class="rail" />
        <For each={spans()}>
          {({ from, to, tint }) => (
            <div
              class="rail phase"
              style={{
                left: percent(shareOf(from, end())),
                width: percent(shareOf(to, end()) - shareOf(from, end())),
                background: props.palette.phases[tint],
              }}
            />
          )}
        </For>
        <div class="rail done" style={{ width: percent(shareOf(props.shown.step(), end())) }} />
        <For each={ticks()}>
          {({ kind, share, label }) => (
            <span class={`mark ${kind}`} style={{ left: percent(share) }} title={label} />
          )}
        </For>
        <span class="thumb-place" style={{ translate: percent(shareOf(props.shown.step(), end())) }}>
          <span class="thumb" />
        </span>
      </div>
      <span class="shown-step" data-testid="shown-step">
        step {formatCount(props.shown.step())}
      </span>
      <button
        type="button"
        class="to-live"
        aria-pressed={isLive()}
        title={props.isOver ? 'Show the newest step' : 'Follow the run'}
        onClick={() => choose(null)}
      >
        {newestWord()}
      </button>
      <Show when={props.shown.problem()}>
        {(problem) => (
          <p class="problem" role="alert">
            {problem()}
          </p>
        )}
      </Show>
    </section>
  );
};
