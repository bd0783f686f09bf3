import type { Palette } from '@grokscope/figures';
import { formatCount, formatExact, formatPercent } from '@grokscope/figures';
import type { MeasureInfo } from '@grokscope/schema';
import type { JSX } from 'solid-js';
import { For, Show, createEffect, createMemo, createSignal, onCleanup, onMount } from 'solid-js';
import type { Chance } from '../../story/chance.js';
import type { LossCurve } from '../../plot/loss-curves.js';
import {
  curveStyles,
  hasProgressCurves,
  lastBefore,
  lossCurves,
  unionOfSteps,
} from '../../plot/loss-curves.js';
import type { LossPlot } from '../../plot/loss-plot.js';
import { createLossPlot } from '../../plot/loss-plot.js';
import type { PhaseName } from '../../run/history.js';
import { drawnIn, measuresOf } from '../../plot/measure-curves.js';
import { phaseSpans, tintIndexOf } from '../../plot/phase-spans.js';
import type { Mark } from '../../plot/plot-drawing.js';
import type { RunView } from '../../run/run-state.js';
import { curvesWords } from '../../story/task-words.js';
import { createWidth } from '../../view/theme.js';
import { stepByKey } from '../../plot/timeline.js';
import { lossTitle } from './loss-title.js';
import { Panel } from '../parts/panel.jsx';
import { WIDEST_NUMBER } from '../parts/readout.jsx';
import { phaseReasons } from '../story/phase-reasons.js';

/** The meaning of each curve of a measure, with the look of its line. */
const toldOf = (measures: readonly MeasureInfo[]): JSX.Element =>
  drawnIn('loss', measures).flatMap(({ curve: { told } }) =>
    told === undefined
      ? []
      : [<b>{told.name}</b>, `${told.look === undefined ? '' : ` (${told.look})`}: ${told.is}. `],
  );

const formula = (measures: readonly MeasureInfo[]): JSX.Element => (
  <>
    <p>
      Cross-entropy in nats: the mean over answers of −log p(right answer), from all output logits, in float32
      written so that it stays exact far below 1e-7. Accuracy: the share of answers whose largest logit is the
      right one.
    </p>
    <p>
      {toldOf(measures)}Measured in float32 while the run goes, with the key frequencies of that step while
      there are at most ten.
    </p>
    <p>
      <b>Phases</b> are judged by a rule of this project, as no automatic one is published. Memorisation: the
      train loss below a tenth of guessing, the test loss above 0.8 of it. Circuit formation: from the least
      excluded loss on, once it has doubled and is ten times the train loss, while weights shrink. Cleanup:
      the test loss below half its peak and below guessing, and Σ w² below 95 % of its peak. Generalised: the
      test loss below 0.03 of guessing, and Σ w² levelled out.
    </p>
    <p>
      The step axis is logarithmic, log(1 + step ÷ first measured step), so that step 0 has its place at the
      left. With a full batch one step is one epoch.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217, section 4.
    </p>
  </>
);

/** Losses and accuracies by step, with what explains them once it is measured. */
export const LossPanel = (props: {
  view: RunView;
  /** The run as known at the displayed step, which the title describes. */
  known: RunView;
  chance: Chance | null;
  palette: Palette;
  /** The saved step the page shows; null: live. */
  shownStep: number | null;
}): JSX.Element => {
  const [isLinear, setLinear] = createSignal(false);
  const [withProgress, setWithProgress] = createSignal(true);
  const [pointed, setPointed] = createSignal<number | null>(null);
  let container: HTMLDivElement | undefined;
  const [plot, setPlot] = createSignal<LossPlot>();

  const series = createMemo(() => props.view.series);
  const history = createMemo(() => props.view.history);
  // Compared by the event itself: a view is remade with every other event, and a plot must not be.
  const started = createMemo(() => props.view.started);
  const measures = createMemo(() => measuresOf(started()));
  const hasProgress = createMemo(() => hasProgressCurves(history(), measures()));
  const curves = createMemo(() => lossCurves(series(), history(), withProgress(), measures()));
  const partNames = (): string =>
    drawnIn('loss', measures())
      .map(({ curve }) => curve.label)
      .join(', ');
  const steps = createMemo(() => unionOfSteps(curves()));
  const newest = (): number => series().step[series().step.length - 1] ?? 0;
  const read = (): number => pointed() ?? props.shownStep ?? newest();
  const marks = createMemo((): Mark[] => {
    const { stepMemorized, stepGeneralized } = props.view;
    const told =
      history().phases.length > 0
        ? []
        : [
            ...(stepMemorized === null ? [] : [{ step: stepMemorized, label: 'learnt by heart' }]),
            ...(stepGeneralized === null ? [] : [{ step: stepGeneralized, label: 'understood' }]),
          ];
    const shown = props.shownStep;
    return [...told, ...(shown === null ? [] : [{ step: shown, label: '', isShown: true }])];
  });
  const phases = createMemo(() => phaseSpans(history().phases, props.view.step));
  const reasons = createMemo(() => phaseReasons(history()));
  const tintOf = (phase: PhaseName): string | undefined => props.palette.phases[tintIndexOf(phase)];
  const total = createMemo(() => props.view.started?.spec.training.steps ?? null);
  const hasEnded = createMemo(() => props.view.ended !== null);
  const reading = createMemo(() => {
    const spec = props.view.started?.spec;
    if (!spec) return 'Blue: what it trains on. Orange: what it has never seen.';
    return curvesWords(spec);
  });

  createEffect(() => {
    const palette = props.palette;
    const styles = curveStyles(measures());
    if (!container) return;
    const created = createLossPlot(container, palette, styles, setPointed);
    setPlot(created);
    onCleanup(() => created.destroy());
  });
  onMount(() => {
    createWidth(
      () => container,
      (width) => plot()?.resize(width),
    );
    // Labels on the canvas are drawn in the page's own font once it is loaded.
    void document.fonts.load('12px "Source Sans 3 Variable"').then(() => setPlot((now) => now && { ...now }));
  });
  createEffect(() => {
    plot()?.draw({
      series: series(),
      curves: curves(),
      totalSteps: total(),
      hasEnded: hasEnded(),
      linearSteps: isLinear(),
      marks: marks(),
      phases: phases(),
    });
  });

  /** The value of each curve at a step; for a curve not measured there, its last value and the step it belongs to. */
  const readings = createMemo(() => {
    const step = read();
    return curves().map((curve) => {
      const last = lastBefore(curve, step);
      const since = last && last.step !== step ? ` (step ${formatCount(last.step)})` : '';
      return { name: curve.name, readAs: curve.readAs, text: `${formatExact(last?.value)}${since}` };
    });
  });
  /**
   * Space for the longest reading of a curve, in digits: a text that wraps at one step wraps at all, so the plot stays
   * in place.
   */
  const roomOf = ({ name, readAs }: Pick<LossCurve, 'name' | 'readAs'>): number => {
    const accuracy = name === 'train' || name === 'test' ? ' · 100.0 %' : '';
    return `${readAs} ${WIDEST_NUMBER} (step ${formatCount(newest())})${accuracy}`.length;
  };
  const accuracyAt = (name: string): string => {
    const values = name === 'train' ? series().trainAccuracy : series().testAccuracy;
    return formatPercent(lastBefore({ steps: series().step, values }, read())?.value);
  };
  const readout = (): string => {
    if (steps().length === 0) return 'No step measured yet';
    const losses = readings().map(({ readAs, text }) => `${readAs} loss ${text}`);
    return (
      `Step ${formatCount(read())}: ${losses.join(', ')}, train accuracy ${accuracyAt('train')}, ` +
      `test accuracy ${accuracyAt('test')}`
    );
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') plot()?.point(null);
    const next = stepByKey(event.key, read(), steps());
    if (next === undefined || event.key === 'Escape') return;
    event.preventDefault();
    plot()?.point(next ?? steps()[steps().length - 1] ?? null);
  };

  return (
    <Panel
      class="loss"
      name="Loss by step"
      title={lossTitle(props.known, props.chance)}
      reading={reading()}
      about={formula(measures())}
      tools={
        <>
          <Show when={hasProgress()}>
            <button
              type="button"
              class="toggle"
              aria-pressed={withProgress()}
              title={`Show the losses of parts of the network: ${partNames()}`}
              onClick={() => setWithProgress(!withProgress())}
            >
              Measures
            </button>
          </Show>
          <button
            type="button"
            class="toggle"
            aria-pressed={isLinear()}
            title="Space steps evenly instead of by powers of ten"
            onClick={() => setLinear(!isLinear())}
          >
            Linear steps
          </button>
        </>
      }
    >
      <p class="readout" classList={{ pointed: pointed() !== null }} aria-hidden="true">
        <Show when={steps().length > 0} fallback={<span>Waiting for the first measurement</span>}>
          <span style={{ 'min-width': `${`step ${formatCount(newest())}`.length}ch` }}>
            step {formatCount(read())}
          </span>
          <For each={readings()}>
            {({ name, readAs, text }) => (
              <span class={name} style={{ 'min-width': `${roomOf({ name, readAs })}ch` }}>
                {readAs} {text}
                {name === 'train' || name === 'test' ? ` · ${accuracyAt(name)}` : ''}
              </span>
            )}
          </For>
        </Show>
      </p>
      <div
        class="plots"
        ref={(element) => (container = element)}
        role="slider"
        tabIndex={0}
        aria-label="Read the curves at a step"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={newest()}
        aria-valuenow={read()}
        aria-valuetext={readout()}
        onKeyDown={onKey}
        onBlur={() => plot()?.point(null)}
      />
      <div class="reasons-place">
        <Show when={reasons().length > 0}>
          <details class="reasons">
            <summary>Why these phases</summary>
            <ul>
              <For each={reasons()}>
                {({ phase, begins, because }) => (
                  <li>
                    <span class="swatch" style={{ background: tintOf(phase) }} />
                    <b>{begins}</b>: {because}
                  </li>
                )}
              </For>
            </ul>
          </details>
        </Show>
      </div>
    </Panel>
  );
};
