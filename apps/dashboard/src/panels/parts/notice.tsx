import type { JSX } from 'solid-js';

/** A whole page instead of a run: what is wrong, and the next step. */
export const Notice = (props: { title: string; quiet?: boolean; children?: JSX.Element }): JSX.Element => (
  <main class="notice" classList={{ quiet: props.quiet === true }}>
    <p class="brand">Grokscope</p>
    <h1>{props.title}</h1>
    {props.children}
  </main>
);
