import type { Palette } from '@grokscope/figures';
import { formatCount, formatExact, formatPercent } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { Show, createEffect, createMemo, createSignal, onCleanup, onMount } from 'solid-js';
import type { LossPlot } from '../loss-plot.js';
import { createLossPlot } from '../loss-plot.js';
import type { Mark } from '../plot-drawing.js';
import type { RunView } from '../run-state.js';
import { curvesWords } from '../task-words.js';
import { createWidth } from '../theme.js';
import { Panel } from './panel.jsx';

const FORMULA = (
  <>
    <p>
      Cross-entropy in nats: the mean over answers of −log p(right answer), from all output logits, in float32
      written so that it stays exact far below 1e-7. Accuracy: the share of answers whose largest logit is the
      right one.
    </p>
    <p>
      The step axis is logarithmic, log(1 + step ÷ first measured step), so that step 0 has its place at the
      left. With a full batch one step is one epoch.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217.
    </p>
  </>
);

/** Losses and accuracies by step. */
export const LossPanel = (props: { view: RunView; palette: Palette }): JSX.Element => {
  const [isLinear, setLinear] = createSignal(false);
  const [pointed, setPointed] = createSignal<number | null>(null);
  let container: HTMLDivElement | undefined;
  const [plot, setPlot] = createSignal<LossPlot>();

  const series = createMemo(() => props.view.series);
  const last = (): number => series().step.length - 1;
  const read = (): number => Math.min(pointed() ?? last(), last());
  const marks = createMemo((): Mark[] => {
    const { stepMemorized, stepGeneralized } = props.view;
    return [
      ...(stepMemorized === null ? [] : [{ step: stepMemorized, label: 'learnt by heart' }]),
      ...(stepGeneralized === null ? [] : [{ step: stepGeneralized, label: 'understood' }]),
    ];
  });
  const total = createMemo(() => props.view.started?.spec.training.steps ?? null);
  const hasEnded = createMemo(() => props.view.ended !== null);
  const reading = createMemo(() => {
    const spec = props.view.started?.spec;
    if (!spec) return 'Blue: what it trains on. Orange: what it has never seen.';
    return curvesWords(spec);
  });

  createEffect(() => {
    const palette = props.palette;
    if (!container) return;
    const created = createLossPlot(container, palette, setPointed);
    setPlot(created);
    onCleanup(() => created.destroy());
  });
  onMount(() => {
    createWidth(
      () => container,
      (width) => plot()?.resize(width),
    );
    // Labels on the canvas are drawn in the page's own font once it is there.
    void document.fonts.load('12px "Source Sans 3 Variable"').then(() => setPlot((now) => now && { ...now }));
  });
  createEffect(() => {
    plot()?.draw({
      series: series(),
      totalSteps: total(),
      hasEnded: hasEnded(),
      linearSteps: isLinear(),
      marks: marks(),
    });
  });

  const at = (column: readonly (number | null)[]): number | null => column[read()] ?? null;
  const readout = (): string => {
    const { step, trainLoss, testLoss, trainAccuracy, testAccuracy } = series();
    if (step.length === 0) return 'No step measured yet';
    return (
      `Step ${formatCount(step[read()] ?? 0)}: train loss ${formatExact(at(trainLoss))}, ` +
      `test loss ${formatExact(at(testLoss))}, train accuracy ${formatPercent(at(trainAccuracy))}, ` +
      `test accuracy ${formatPercent(at(testAccuracy))}`
    );
  };
  const onKey = (event: KeyboardEvent): void => {
    const jump = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    const target =
      event.key === 'Home' ? 0 : event.key === 'End' ? last() : jump === undefined ? null : read() + jump;
    if (event.key === 'Escape') plot()?.point(null);
    if (target === null || last() < 0) return;
    event.preventDefault();
    plot()?.point(Math.max(0, Math.min(target, last())));
  };

  return (
    <Panel
      class="loss"
      name="Loss by step"
      title="Loss"
      reading={reading()}
      about={FORMULA}
      tools={
        <button
          type="button"
          class="toggle"
          aria-pressed={isLinear()}
          title="Space steps evenly instead of by powers of ten"
          onClick={() => setLinear(!isLinear())}
        >
          Linear steps
        </button>
      }
    >
      <p class="readout" classList={{ pointed: pointed() !== null }} aria-hidden="true">
        <Show when={series().step.length > 0} fallback={<span>Waiting for the first measurement</span>}>
          <span>step {formatCount(series().step[read()] ?? 0)}</span>
          <span class="train">
            train {formatExact(at(series().trainLoss))} · {formatPercent(at(series().trainAccuracy))}
          </span>
          <span class="test">
            test {formatExact(at(series().testLoss))} · {formatPercent(at(series().testAccuracy))}
          </span>
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
        aria-valuemax={series().step[last()] ?? 0}
        aria-valuenow={series().step[read()] ?? 0}
        aria-valuetext={readout()}
        onKeyDown={onKey}
        onBlur={() => plot()?.point(null)}
      />
    </Panel>
  );
};
