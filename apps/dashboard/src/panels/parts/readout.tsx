import type { JSX } from 'solid-js';

/** As wide as any number that `formatExact` writes: digits are all of one width, every other sign is narrower. */
export const WIDEST_NUMBER = '−0.000000000';

/**
 * The line beneath a picture that reads out what is pointed at. It takes the room of its longest text from the start,
 * so that nothing moves under the pointer when a text wraps.
 */
export const Readout = (props: {
  /** The longest text it will hold: never shown, never read out. */
  longest: string;
  children: JSX.Element;
}): JSX.Element => (
  <p class="readout reserved" data-longest={props.longest}>
    <span>{props.children}</span>
  </p>
);
