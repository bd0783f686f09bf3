import type { JSX } from 'solid-js';

/** Holds the place of a panel whose data are loading, so that nothing below it moves when they arrive. */
export const ToCome = (props: {
  /** The class of the panel it stands in for, which determines its place and height. */
  class: string;
  children: JSX.Element;
}): JSX.Element => (
  <div class={`panel to-come ${props.class}`}>
    <p class="hint">{props.children}</p>
  </div>
);
