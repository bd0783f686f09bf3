import { presets } from '@grokscope/experiments';
import type { JSX } from 'solid-js';
import { For, Show, createSignal } from 'solid-js';
import type { Api, ApiError, ApiProblem } from '../api.js';

const problemsIn = (error: ApiError): readonly ApiProblem[] => {
  switch (error._tag) {
    case 'Unreachable':
      return [{ message: 'The server does not answer. Nothing was started.' }];
    case 'TokenNeeded':
      return [{ message: 'The server asks for a token. Reload the page to give it.' }];
    case 'Refused':
      return error.problems.length > 0
        ? error.problems
        : [{ message: `The server refused it with status ${error.status} and gave no reason.` }];
    default:
      return error satisfies never;
  }
};

/** A detail of a problem, unless its message already says it. */
const outside = (detail: string | undefined, { message }: ApiProblem): string | undefined =>
  detail === undefined || message.includes(detail) ? undefined : detail;

/** Starts a run from a preset, with changed settings if wanted; what the server refuses is shown field by field. */
export const StartForm = (props: { api: Api; onStarted: (runId: string) => void }): JSX.Element => {
  const [name, setName] = createSignal(presets[0]?.name ?? '');
  const [changes, setChanges] = createSignal('');
  const [problems, setProblems] = createSignal<readonly ApiProblem[]>([]);
  const [busy, setBusy] = createSignal(false);
  const teaches = (): string => presets.find((preset) => preset.name === name())?.teaches ?? '';

  const start = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblems([]);
    const lines = changes()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const started = await props.api.start(name(), lines)();
    setBusy(false);
    if (started._tag === 'Left') setProblems(problemsIn(started.left));
    else props.onStarted(started.right);
  };

  return (
    <form class="start" onSubmit={(event) => void start(event)}>
      <label>
        Preset
        <select value={name()} onChange={(event) => setName(event.currentTarget.value)}>
          <For each={presets}>{(preset) => <option value={preset.name}>{preset.name}</option>}</For>
        </select>
      </label>
      <p class="hint">{teaches()}</p>
      <details>
        <summary>Change settings</summary>
        <label>
          One a line, path=value
          <textarea
            rows="3"
            spellcheck={false}
            placeholder="optimizer.weightDecay=0.5"
            value={changes()}
            onInput={(event) => setChanges(event.currentTarget.value)}
          />
        </label>
      </details>
      <Show when={problems().length > 0}>
        <ul class="problems" role="alert">
          <For each={problems()}>
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
      </Show>
      <button type="submit" class="primary" disabled={busy()}>
        {busy() ? 'Starting …' : `Start ${name()}`}
      </button>
    </form>
  );
};
