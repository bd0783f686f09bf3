import type { JSX } from 'solid-js';

/** As wide as any number that `formatExact` writes: all digits have one width, every other character is narrower. */
export const WIDEST_NUMBER = '−0.000000000';

/**
 * The line below a picture that describes the selected place. It reserves the space of its longest text from the start,
 * so that nothing moves under the pointer when a text wraps.
 */
export const Readout = (props: {
  /** The longest text it will hold: never shown, never read aloud. */
  longest: string;
  children: JSX.Element;
}): JSX.Element => (
  <p class="readout reserved" data-longest={props.longest}>
    <span>{props.children}</span>
  </p>
);
