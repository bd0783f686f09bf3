import { circleLayout, tokenOpacity } from '@grokscope/figures';
import type { FrequencyPlane } from '@grokscope/interpret';
import type { JSX } from 'solid-js';
import { createEffect, createSignal, onMount } from 'solid-js';
import { createWidth } from '../../view/theme.js';

const MARGIN = 10;
const DOT = 2.4;
/** A pointer this close to a dot (in pixels) selects it. */
const REACH = 14;

/** One plane: a dot for each number, faint lines between angular neighbours, a ring around the selected number. */
export const CircleCanvas = (props: {
  plane: FrequencyPlane | undefined;
  /** The distance from the middle that corresponds to the edge. */
  radius: number;
  /** Distance in numbers from one to its angular neighbour; 0: no lines. */
  next: number;
  color: string;
  ink: string;
  label: string;
  token: number | null;
  /** The name of the selected number. */
  name: string;
  /** Names written beside all dots, if there are few. */
  names?: readonly string[];
  onToken: (token: number | null) => void;
}): JSX.Element => {
  const [size, setSize] = createSignal(0);
  let canvas: HTMLCanvasElement | undefined;
  onMount(() => createWidth(() => canvas, setSize));
  const layout = (): ReturnType<typeof circleLayout> | null =>
    props.plane && size() > 0
      ? circleLayout(props.plane.x, props.plane.y, size(), props.radius, MARGIN)
      : null;

  createEffect(() => {
    const now = layout();
    const context = canvas?.getContext('2d');
    if (!now || !canvas || !context) return;
    const ratio = window.devicePixelRatio;
    const pixels = Math.round(size() * ratio);
    if (canvas.width !== pixels) {
      canvas.width = pixels;
      canvas.height = pixels;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, size(), size());
    const count = now.x.length;
    context.strokeStyle = props.color;
    context.lineWidth = 1;
    context.globalAlpha = 0.22;
    context.beginPath();
    for (let n = 0; n < (props.next === 0 ? 0 : count); n += 1) {
      const neighbour = (n + props.next) % count;
      context.moveTo(now.x[n] ?? 0, now.y[n] ?? 0);
      context.lineTo(now.x[neighbour] ?? 0, now.y[neighbour] ?? 0);
    }
    context.stroke();
    context.fillStyle = props.color;
    for (let n = 0; n < count; n += 1) {
      context.globalAlpha = tokenOpacity(n, count);
      context.beginPath();
      context.arc(now.x[n] ?? 0, now.y[n] ?? 0, DOT, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
    if (props.names) {
      context.fillStyle = props.ink;
      context.font = '11px "Source Sans 3 Variable", system-ui, sans-serif';
      context.textAlign = 'left';
      props.names.forEach((name, n) => context.fillText(name, (now.x[n] ?? 0) + 4, (now.y[n] ?? 0) - 3));
    }
    const token = props.token;
    if (token !== null && token < count) {
      const [x, y] = [now.x[token] ?? 0, now.y[token] ?? 0];
      context.strokeStyle = props.ink;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(x, y, DOT + 3, 0, 2 * Math.PI);
      context.stroke();
      context.fillStyle = props.ink;
      context.font = '600 12px "Source Sans 3 Variable", system-ui, sans-serif';
      context.textAlign = x > size() / 2 ? 'right' : 'left';
      context.fillText(props.name, x + (x > size() / 2 ? -8 : 8), y + 4);
    }
  });

  const onMove = (event: PointerEvent): void => {
    const now = layout();
    if (!now || !canvas) return;
    const frame = canvas.getBoundingClientRect();
    const [px, py] = [event.clientX - frame.left, event.clientY - frame.top];
    let nearest: number | null = null;
    let least = REACH;
    for (let n = 0; n < now.x.length; n += 1) {
      const distance = Math.hypot((now.x[n] ?? 0) - px, (now.y[n] ?? 0) - py);
      if (distance < least) [nearest, least] = [n, distance];
    }
    props.onToken(nearest);
  };

  return (
    <canvas
      ref={(element) => (canvas = element)}
      role="img"
      aria-label={props.label}
      onPointerMove={onMove}
      onPointerLeave={() => props.onToken(null)}
    />
  );
};
