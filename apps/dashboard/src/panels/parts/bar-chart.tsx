import type { Bar } from '@grokscope/figures';
import { barAt, barLayout } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Index, Show, createMemo, createSignal, onMount } from 'solid-js';
import { createWidth } from '../../view/theme.js';
import { linePath } from './line-path.js';

const TOP = 30;
const BOTTOM = 22;
const LEFT = 34;
const RIGHT = 8;
/** Width of one character of a label, in pixels. */
const LETTER = 7;

/** A word above a bar. */
export interface BarLabel {
  readonly index: number;
  readonly text: string;
  readonly color: string;
}

const tick = (value: number): string => {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(2)));
};

/**
 * Bars side by side over one axis, with words above some and a comparison line over them if there is one. A pointer or
 * the arrow keys select a bar.
 */
export const BarChart = (props: {
  values: ArrayLike<number>;
  height: number;
  /** The values at the axis's upper and lower end. */
  ceiling: number;
  floor?: number;
  colorOf: (index: number) => string;
  labels: readonly BarLabel[];
  /** What is written below the axis: bar and word. */
  ticks: readonly (readonly [number, string])[];
  /** A value for each bar, drawn as a line over the bars. */
  line?: { readonly values: ArrayLike<number>; readonly color: string } | undefined;
  /** A description of the picture. */
  label: string;
  pointed: number | null;
  onPoint: (index: number | null) => void;
  /** The value of the selected bar, for screen readers. */
  reading: string;
}): JSX.Element => {
  const [width, setWidth] = createSignal(320);
  let frame: HTMLDivElement | undefined;
  onMount(() => createWidth(() => frame, setWidth));
  const floor = (): number => props.floor ?? 0;
  const box = createMemo(() => ({
    left: LEFT,
    top: TOP,
    width: Math.max(1, width() - LEFT - RIGHT),
    height: props.height - TOP - BOTTOM,
  }));
  const yOf = (value: number): number => {
    const range = props.ceiling - floor();
    // A value that is not a number is drawn on the zero line.
    const share = range > 0 ? ((Number.isFinite(value) ? value : 0) - floor()) / range : 0;
    return box().top + box().height * (1 - Math.min(Math.max(share, 0), 1));
  };
  const bars = createMemo((): readonly Bar[] => {
    const places = barLayout(props.values, box(), props.ceiling);
    if (floor() >= 0) return places;
    return places.map((bar) => {
      const [one, other] = [yOf(props.values[bar.index] ?? 0), yOf(0)];
      return { ...bar, y: Math.min(one, other), height: Math.abs(one - other) };
    });
  });
  const middleOf = (index: number): number => {
    const bar = bars()[index];
    return bar ? bar.x + bar.width / 2 : 0;
  };
  /** The position of a word centred at x, moved so that none of it is cut off. */
  const withinWidth = (x: number, word: string): number => {
    const half = (word.length * LETTER) / 2;
    return Math.max(half, Math.min(x, width() - half));
  };
  const labels = createMemo(() => {
    let lastRight = -Infinity;
    let lift = 0;
    return [...props.labels]
      .sort((a, b) => a.index - b.index)
      .flatMap((label) => {
        const bar = bars()[label.index];
        if (!bar) return [];
        const half = (label.text.length * LETTER) / 2;
        const x = Math.min(Math.max(middleOf(label.index), LEFT + half - 4), width() - half);
        // If it would touch the previous one, it goes a line higher.
        lift = x - half < lastRight ? (lift + 1) % 3 : 0;
        lastRight = x + half;
        // Above every bar that the words overlap.
        const lineTop = (i: number): number => {
          const value = props.line?.values[i] ?? Number.NaN;
          return Number.isFinite(value) ? yOf(value) : Infinity;
        };
        const top = bars().reduce(
          (least, { index, x: left, width: wide, y }) =>
            left < x + half && left + wide > x - half ? Math.min(least, y, lineTop(index)) : least,
          yOf(0),
        );
        return [{ ...label, x, y: Math.max(10, top - 5 - 12 * lift) }];
      });
  });
  const line = createMemo(() => {
    const values = props.line?.values;
    if (!values) return '';
    return linePath(values, middleOf, yOf);
  });
  const onMove = (event: PointerEvent & { currentTarget: SVGSVGElement }): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    props.onPoint(barAt(x, props.values.length, box()));
  };
  const onKey = (event: KeyboardEvent): void => {
    const last = props.values.length - 1;
    const by = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (event.key === 'Escape') return props.onPoint(null);
    if (by === undefined || last < 0) return;
    event.preventDefault();
    const from = props.pointed ?? (by < 0 ? last + 1 : -1);
    props.onPoint(Math.max(0, Math.min(last, from + by)));
  };

  return (
    <div class="bars" ref={(element) => (frame = element)} style={{ 'min-height': `${props.height}px` }}>
      <svg
        width={width()}
        height={props.height}
        role="img"
        tabIndex={0}
        aria-label={props.reading === '' ? props.label : `${props.label}. ${props.reading}`}
        onPointerMove={onMove}
        onPointerDown={onMove}
        onPointerLeave={() => props.onPoint(null)}
        onKeyDown={onKey}
        onBlur={() => props.onPoint(null)}
      >
        <line class="rule" x1={LEFT} x2={width() - RIGHT} y1={TOP} y2={TOP} />
        <text class="tick" x={LEFT - 5} y={TOP + 4} text-anchor="end">
          {tick(props.ceiling)}
        </text>
        <line class="rule" x1={LEFT} x2={width() - RIGHT} y1={yOf(0)} y2={yOf(0)} />
        <text class="tick" x={LEFT - 5} y={yOf(0) + 4} text-anchor="end">
          0
        </text>
        <Show when={floor() < 0}>
          <line class="rule" x1={LEFT} x2={width() - RIGHT} y1={yOf(floor())} y2={yOf(floor())} />
          <text class="tick" x={LEFT - 5} y={yOf(floor()) + 4} text-anchor="end">
            {tick(floor()).replace('-', '−')}
          </text>
        </Show>
        <Index each={bars()}>
          {(bar: () => Bar) => (
            <rect
              x={bar().x}
              y={bar().y}
              width={bar().width}
              height={bar().height}
              fill={props.colorOf(bar().index)}
              classList={{ pointed: props.pointed === bar().index }}
            />
          )}
        </Index>
        <Show when={props.line}>{(drawn) => <path class="over" d={line()} stroke={drawn().color} />}</Show>
        <For each={labels()}>
          {({ text, x, y, color }) => (
            <text class="key" x={x} y={y} fill={color} text-anchor="middle">
              {text}
            </text>
          )}
        </For>
        <For each={props.ticks}>
          {([index, word]) => (
            <text
              class="tick"
              x={withinWidth(middleOf(index), word)}
              y={props.height - 5}
              text-anchor="middle"
            >
              {word}
            </text>
          )}
        </For>
      </svg>
    </div>
  );
};
