import type { JSX } from 'solid-js';

/** Holds the place of a panel whose figures are on their way, so that nothing below it moves when they come. */
export const ToCome = (props: {
  /** The class of the panel it stands in for, which says where it lies and how high it is. */
  class: string;
  children: JSX.Element;
}): JSX.Element => (
  <div class={`panel to-come ${props.class}`}>
    <p class="hint">{props.children}</p>
  </div>
);
