import { presets } from '@grokscope/experiments';
import type { JSX } from 'solid-js';
import { For, Show, createEffect, createSignal, createUniqueId, onMount } from 'solid-js';
import type { Address, Order } from '../../view/address.js';
import type { Api, ApiProblem, PresetLine } from '../../connection/api.js';
import { inTab } from '../../view/kept-text.js';
import type { RunHost } from '../../run/run-source.js';
import { resolveOrder } from '../../trainer/resolve-order.js';
import { isFields } from '../../connection/wire.js';
import { problemsIn } from '../parts/error-problems.js';
import { ProblemList } from '../parts/problem-list.jsx';

export interface StartFormProps {
  readonly api: Api;
  /** Whether there is a server to train on; without one the page trains. */
  readonly server: boolean;
  readonly onShow: (address: Address) => void;
}

const PLACES: readonly { readonly place: RunHost; readonly label: string; readonly means: string }[] = [
  {
    place: 'server',
    label: 'on the server',
    means: 'The server stores the run and continues it without this page.',
  },
  {
    place: 'page',
    label: 'in this page',
    means: 'Nothing is stored: the run ends when you close the page or open another run.',
  },
];

const KEY = 'start';

/** Text typed into this form before it was closed or the page was left. */
const keptOrder = (): { readonly preset: string; readonly changes: string; readonly place: RunHost } => {
  const kept = inTab.read(KEY);
  const { preset, changes, place } = isFields(kept) ? kept : {};
  return {
    preset: typeof preset === 'string' ? preset : (presets[0]?.name ?? ''),
    changes: typeof changes === 'string' ? changes : '',
    place: place === 'page' ? 'page' : 'server',
  };
};

/** Starts a run from a preset, with changed settings if wanted; faults are shown field by field. */
export const StartForm = (props: StartFormProps): JSX.Element => {
  const kept = keptOrder();
  // Those that are built in, until the server has sent its own.
  const [listed, setListed] = createSignal<readonly PresetLine[]>(presets);
  const [name, setName] = createSignal(kept.preset);
  const [changes, setChanges] = createSignal(kept.changes);
  const [chosen, setChosen] = createSignal<RunHost>(kept.place);
  const [problems, setProblems] = createSignal<readonly ApiProblem[]>([]);
  const [busy, setBusy] = createSignal(false);
  const group = createUniqueId();
  const place = (): RunHost => (props.server ? chosen() : 'page');
  const teaches = (): string => listed().find((preset) => preset.name === name())?.teaches ?? '';
  const means = (): string => PLACES.find((one) => one.place === place())?.means ?? '';

  const list = async (): Promise<void> => {
    const sent = props.server ? await props.api.presets() : undefined;
    if (sent?._tag === 'Right' && sent.right.length > 0) setListed(sent.right);
    // A preset that was chosen before may be gone.
    if (!listed().some((preset) => preset.name === name())) setName(listed()[0]?.name ?? '');
  };
  onMount(() => void list());
  createEffect(() => inTab.write(KEY, { preset: name(), changes: changes(), place: chosen() }));
  /** The typed text has been used: the next form begins empty, and so does this one if it stays open. */
  const show = (address: Address): void => {
    setChanges('');
    inTab.drop(KEY);
    props.onShow(address);
  };

  const onServer = async ({ preset, set }: Order): Promise<void> => {
    setBusy(true);
    const started = await props.api.start(preset, set)();
    setBusy(false);
    if (started._tag === 'Left') setProblems(problemsIn(started.left, 'Nothing was started.'));
    else show({ _tag: 'Run', runId: started.right });
  };
  const inPage = (order: Order): void => {
    const spec = resolveOrder(order);
    if (spec._tag === 'Left') setProblems(spec.left);
    else show({ _tag: 'InPage', order });
  };
  const start = (event: SubmitEvent): void => {
    event.preventDefault();
    setProblems([]);
    const set = changes()
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const order = { preset: name(), set };
    if (place() === 'server') void onServer(order);
    else inPage(order);
  };

  return (
    <form class="start" onSubmit={start}>
      <label>
        Preset
        <select value={name()} onChange={(event) => setName(event.currentTarget.value)}>
          <For each={listed()}>
            {(preset) => (
              // Said of the option too: the list may come after the choice.
              <option value={preset.name} selected={preset.name === name()}>
                {preset.name}
              </option>
            )}
          </For>
        </select>
      </label>
      <p class="hint">{teaches()}</p>
      <Show when={props.server} fallback={<p class="hint">The run trains in this page. {means()}</p>}>
        <fieldset class="places" aria-describedby={`${group}-means`}>
          <legend>Train</legend>
          <For each={PLACES}>
            {(one) => (
              <label>
                <input
                  type="radio"
                  name={group}
                  value={one.place}
                  checked={place() === one.place}
                  onChange={() => setChosen(one.place)}
                />
                {one.label}
              </label>
            )}
          </For>
        </fieldset>
        <p class="hint" id={`${group}-means`}>
          {means()}
        </p>
      </Show>
      <details open={kept.changes !== ''}>
        <summary>Change settings</summary>
        <label>
          One per line, path=value
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
        <ProblemList problems={problems()} />
      </Show>
      <button type="submit" class="primary" disabled={busy()}>
        {busy() ? 'Starting …' : `Start ${name()}`}
      </button>
    </form>
  );
};
