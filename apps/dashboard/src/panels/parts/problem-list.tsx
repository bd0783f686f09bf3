import type { JSX } from 'solid-js';
import { For, Show } from 'solid-js';
import type { ApiProblem } from '../../connection/api.js';

/** A detail of a problem, unless its message already contains it. */
const outside = (detail: string | undefined, { message }: ApiProblem): string | undefined =>
  detail === undefined || message.includes(detail) ? undefined : detail;

/** The faults of a request, field by field. */
export const ProblemList = (props: { problems: readonly ApiProblem[] }): JSX.Element => (
  // A list keeps its role, so that its items are in one; the live region is around it.
  <div role="alert">
    <ul class="problems">
      <For each={props.problems}>
        {(problem) => (
          <li class="problem">
            <Show when={outside(problem.path, problem)}>{(path) => <code>{path()}: </code>}</Show>
            {problem.message}
            <Show when={outside(problem.allowed, problem)}>
              {(allowed) => <span class="allowed">Allowed: {allowed()}</span>}
            </Show>
          </li>
        )}
      </For>
    </ul>
  </div>
);
