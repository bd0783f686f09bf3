import type { JSX } from 'solid-js';
import { Show } from 'solid-js';
import { Popover } from './popover.jsx';

/** A panel: a title that states what is seen, a line on how to read it, and an "i" with formula and source. */
export const Panel = (props: {
  class: string;
  /** Accessible name, which stays the same while the title changes with the data. */
  name: string;
  title: string;
  reading?: string;
  about?: JSX.Element;
  tools?: JSX.Element;
  children: JSX.Element;
}): JSX.Element => (
  <section class={`panel ${props.class}`} aria-label={props.name}>
    <header class="panel-head">
      <h2>{props.title}</h2>
      <span class="panel-tools">
        {props.tools}
        <Show when={props.about}>
          <Popover
            label="i"
            name={`How “${props.name}” is computed`}
            buttonClass="about"
            sheetName="Formula and source"
          >
            {() => <div class="about-text">{props.about}</div>}
          </Popover>
        </Show>
      </span>
    </header>
    <Show when={props.reading}>
      <p class="reading">{props.reading}</p>
    </Show>
    {props.children}
  </section>
);
