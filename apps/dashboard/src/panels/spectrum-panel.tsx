import type { Bar, Palette } from '@grokscope/figures';
import { barAt, barLayout, formatExact, formatNumber, frequencyColor, niceCeiling } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Index, Show, createMemo, createSignal, onMount } from 'solid-js';
import { createWidth } from '../theme.js';
import type { EmbeddingLook } from '../use-run.js';
import { Panel } from './panel.jsx';
import { spectrumTitle } from './spectrum-title.js';

const HEIGHT = 168;
const TOP = 34;
const BOTTOM = 22;
const LEFT = 26;
const RIGHT = 8;
/** Closer than this, two labels above bars would touch: the second goes a line higher. */
const LABEL_WIDTH = 20;

const FORMULA = (
  <>
    <p>
      The embedding W_E of the numbers 0 … p−1 is written in waves: F · W_E, with F the orthonormal cosines
      and sines of 2πkn/p. A bar is the length of the two components of frequency k together, √(‖cos‖² +
      ‖sin‖²), over the width of the model.
    </p>
    <p>
      Coloured: at least 1.6 times the median of all frequencies and 0.55 times the largest (1.3 and 0.4 to
      stay so). This is a rule for the eye; the published rules for key frequencies are other ones.
    </p>
    <p class="hint">
      After “Progress measures for grokking via mechanistic interpretability”, arXiv:2301.05217.
    </p>
  </>
);

/** How strongly each frequency is present in the embedding. */
export const SpectrumPanel = (props: {
  look: EmbeddingLook | null;
  p: number;
  palette: Palette;
  /** Whether these frequencies are known to be what the answers are made of. */
  isAnswered: boolean;
}): JSX.Element => {
  const [width, setWidth] = createSignal(320);
  const [pointed, setPointed] = createSignal<number | null>(null);
  let frame: HTMLDivElement | undefined;
  onMount(() => createWidth(() => frame, setWidth));

  const norms = createMemo(() => props.look?.byFrequency ?? new Float64Array(0));
  const standingOut = createMemo(() => props.look?.choice.standingOut ?? []);
  const ceiling = createMemo(() => niceCeiling(Math.max(...norms(), 0)));
  const box = createMemo(() => ({
    left: LEFT,
    top: TOP,
    width: width() - LEFT - RIGHT,
    height: HEIGHT - TOP - BOTTOM,
  }));
  const bars = createMemo(() => barLayout(norms(), box(), ceiling()));
  const colorOf = (k: number): string => {
    const hue = standingOut().includes(k) ? props.look?.choice.hues.get(k) : undefined;
    return hue === undefined ? props.palette.grey : frequencyColor(props.palette, hue);
  };
  const labels = createMemo(() => {
    let lastX = -Infinity;
    let lift = 0;
    return standingOut().flatMap((k) => {
      const bar = bars()[k - 1];
      if (!bar) return [];
      const x = bar.x + bar.width / 2;
      lift = x - lastX < LABEL_WIDTH ? (lift + 1) % 3 : 0;
      lastX = x;
      return [{ k, x, y: Math.max(10, bar.y - 5 - 12 * lift) }];
    });
  });
  const ticks = createMemo(() => {
    const count = norms().length;
    const every = Math.ceil(count / 4);
    return count === 0
      ? []
      : [1, ...[1, 2, 3].map((i) => i * every), count].filter((k, i, all) => all.indexOf(k) === i);
  });
  const middleOf = (k: number): number => {
    const bar = bars()[k - 1];
    return bar ? bar.x + bar.width / 2 : 0;
  };
  const onMove = (event: PointerEvent & { currentTarget: SVGSVGElement }): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setPointed(barAt(x, norms().length, box()));
  };
  const readout = (): string => {
    const index = pointed();
    const look = props.look;
    if (index === null || !look) return '';
    const [cos, sin] = [look.component[2 * index + 1], look.component[2 * index + 2]];
    return `k = ${index + 1}: ${formatExact(look.byFrequency[index])} (cos ${formatNumber(cos)}, sin ${formatNumber(sin)})`;
  };

  return (
    <Panel
      class="spectrum"
      name="Embedding spectrum"
      title={
        props.look ? spectrumTitle(standingOut().length, props.isAnswered) : 'Frequencies of the embedding'
      }
      reading="How strongly each frequency k is present in the embedding. Grey: what memorising left, or chance."
      about={FORMULA}
    >
      <div class="bars" ref={(element) => (frame = element)}>
        <Show when={props.look} fallback={<p class="waiting">Drawn as soon as the weights arrive</p>}>
          <svg
            width={width()}
            height={HEIGHT}
            role="img"
            aria-label={
              standingOut().length === 0
                ? 'Bars of all frequencies, none standing out'
                : `Bars of all frequencies; standing out: ${standingOut().join(', ')}`
            }
            onPointerMove={onMove}
            onPointerLeave={() => setPointed(null)}
          >
            <line class="rule" x1={LEFT} x2={width() - RIGHT} y1={TOP} y2={TOP} />
            <text class="tick" x={LEFT - 5} y={TOP + 4} text-anchor="end">
              {formatTick(ceiling())}
            </text>
            <line class="rule" x1={LEFT} x2={width() - RIGHT} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
            <text class="tick" x={LEFT - 5} y={HEIGHT - BOTTOM + 1} text-anchor="end">
              0
            </text>
            <Index each={bars()}>
              {(bar: () => Bar) => (
                <rect
                  x={bar().x}
                  y={bar().y}
                  width={bar().width}
                  height={bar().height}
                  fill={colorOf(bar().index + 1)}
                  classList={{ pointed: pointed() === bar().index }}
                />
              )}
            </Index>
            <For each={labels()}>
              {({ k, x, y }) => (
                <text class="key" x={x} y={y} fill={colorOf(k)} text-anchor="middle">
                  {k}
                </text>
              )}
            </For>
            <For each={ticks()}>
              {(k) => (
                <text class="tick" x={middleOf(k)} y={HEIGHT - 5} text-anchor="middle">
                  {k}
                </text>
              )}
            </For>
          </svg>
        </Show>
      </div>
      <p class="readout" data-testid="key-frequencies">
        <Show when={pointed() === null} fallback={readout()}>
          <Show when={standingOut().length > 0} fallback="frequency k">
            k = {standingOut().join(', ')}
          </Show>
        </Show>
      </p>
    </Panel>
  );
};

const formatTick = (value: number): string => String(Number(value.toPrecision(2)));
