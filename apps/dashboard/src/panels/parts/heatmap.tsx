import type { Cell, Palette } from '@grokscope/figures';
import { cellAt, cellByKey, heatmapPixels, heatmapSide } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { Show, createEffect, createSignal, onMount } from 'solid-js';
import { createWidth } from '../../view/theme.js';

/**
 * Values over a grid as a square of colour. A pointer or the arrow keys select a cell; its value is described by the
 * panel, which knows the meaning of rows and columns.
 */
export const Heatmap = (props: {
  /** [rows, columns], the first row at the top; null while there are none. */
  values: ArrayLike<number> | null;
  rows: number;
  columns: number;
  /** The value of the strongest colour. */
  most: number;
  isSigned: boolean;
  palette: Palette;
  /** A description of the picture. */
  label: string;
  /** Names of the axes: down the side and along the foot. */
  rowName?: string;
  columnName?: string;
  pointed: Cell | null;
  onPoint: (cell: Cell | null) => void;
  /** The value of the selected cell, for screen readers. */
  reading: string;
}): JSX.Element => {
  const [width, setWidth] = createSignal(0);
  let frame: HTMLDivElement | undefined;
  let canvas: HTMLCanvasElement | undefined;
  onMount(() => createWidth(() => frame, setWidth));
  const ratio = window.devicePixelRatio || 1;
  const side = (): number => heatmapSide(width() * ratio, Math.max(props.rows, props.columns));
  const size = (): { readonly width: number; readonly height: number } => {
    const cell = side() / Math.max(props.rows, props.columns, 1);
    return { width: Math.max(1, cell * props.columns), height: Math.max(1, cell * props.rows) };
  };

  createEffect(() => {
    const { values, rows, columns, most, isSigned, palette } = props;
    const { width: pixelsWide, height: pixelsHigh } = size();
    const context = canvas?.getContext('2d');
    if (!canvas || !context || width() === 0) return;
    canvas.width = Math.round(pixelsWide);
    canvas.height = Math.round(pixelsHigh);
    if (!values || rows * columns === 0) return;
    const cells = new OffscreenCanvas(columns, rows);
    const pixels = heatmapPixels({ rows, columns, values }, most, isSigned, palette.ground);
    cells.getContext('2d')?.putImageData(new ImageData(pixels, columns, rows), 0, 0);
    const times = canvas.width / columns;
    if (Number.isInteger(times)) {
      context.imageSmoothingEnabled = false;
      context.drawImage(cells, 0, 0, canvas.width, canvas.height);
      return;
    }
    // Enlarged sharply first, then shrunk smoothly: cells keep their borders, and no spurious stripes arise.
    const larger = new OffscreenCanvas(columns * Math.ceil(times + 1), rows * Math.ceil(times + 1));
    const enlarge = larger.getContext('2d');
    if (!enlarge) return;
    enlarge.imageSmoothingEnabled = false;
    enlarge.drawImage(cells, 0, 0, larger.width, larger.height);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = 'high';
    context.drawImage(larger, 0, 0, canvas.width, canvas.height);
  });

  const onMove = (event: PointerEvent): void => {
    if (!canvas) return;
    const box = canvas.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    props.onPoint(cellAt(x, y, props.rows, props.columns));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') return props.onPoint(null);
    const cell = cellByKey(event.key, props.pointed, props.rows, props.columns);
    if (!cell) return;
    event.preventDefault();
    props.onPoint(cell);
  };

  return (
    <div class="heatmap" ref={(element) => (frame = element)}>
      <div
        class="heatmap-frame"
        style={{ width: `${size().width / ratio}px`, height: `${size().height / ratio}px` }}
      >
        <canvas
          ref={(element) => (canvas = element)}
          role="img"
          tabIndex={0}
          aria-label={props.reading === '' ? props.label : `${props.label}. ${props.reading}`}
          onPointerMove={onMove}
          onPointerDown={onMove}
          onPointerLeave={() => props.onPoint(null)}
          onKeyDown={onKey}
          onBlur={() => props.onPoint(null)}
        />
        <Show when={props.pointed}>
          {(cell) => (
            <span
              class="cell"
              style={{
                left: `${(100 * cell().column) / props.columns}%`,
                top: `${(100 * cell().row) / props.rows}%`,
                width: `${100 / props.columns}%`,
                height: `${100 / props.rows}%`,
              }}
            />
          )}
        </Show>
      </div>
      <Show when={props.rowName}>
        <p class="axes">
          ↓ {props.rowName} &nbsp; → {props.columnName}
        </p>
      </Show>
    </div>
  );
};
