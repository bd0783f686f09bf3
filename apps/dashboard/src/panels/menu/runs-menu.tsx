import type { JSX } from 'solid-js';
import { For, Show, createMemo, createResource, createSignal, createUniqueId } from 'solid-js';
import type { Address } from '../../view/address.js';
import type { Api, ApiError, RunSummary } from '../../connection/api.js';
import { Popover } from '../parts/popover.jsx';
import { RunList } from './run-list.jsx';
import { StartForm } from './start-form.jsx';

const PARTS = [
  { part: 'list', label: 'Open a run' },
  { part: 'start', label: 'Start a run' },
] as const;

/** The other runs of this server, and a form to start another: side by side, or on a phone one at a time. */
export const RunsMenu = (props: {
  /** The run shown, if it is one of the server's. */
  current: string | null;
  api: Api;
  onShow: (address: Address) => void;
}): JSX.Element => (
  <Popover label="Runs" buttonClass="runs-button" sheetName="Runs" isWide>
    {(close) => {
      const [part, setPart] = createSignal<'list' | 'start'>('list');
      const [runs] = createResource(() => props.api.runs());
      const list = createMemo((): readonly RunSummary[] | null => {
        const answer = runs();
        return answer?._tag === 'Right' ? answer.right : null;
      });
      const failure = (): ApiError | null => {
        const answer = runs();
        return answer?._tag === 'Left' ? answer.left : null;
      };
      const show = (address: Address): void => {
        close();
        props.onShow(address);
      };
      const group = createUniqueId();
      return (
        <div class={`runs-menu ${part()}`}>
          <div class="segments parts" role="radiogroup" aria-label="What to do">
            <For each={PARTS}>
              {(one) => (
                <label>
                  <input
                    type="radio"
                    name={group}
                    checked={part() === one.part}
                    onChange={() => setPart(one.part)}
                  />
                  <span>{one.label}</span>
                </label>
              )}
            </For>
          </div>
          <section class="open-part" aria-label="Open a run">
            <Show
              when={list()}
              fallback={
                <Show when={failure()} fallback={<p class="hint">Loading the runs …</p>}>
                  {(error) => <ListFailure error={error()} />}
                </Show>
              }
            >
              {(known) => <RunList runs={known()} current={props.current} onShow={show} />}
            </Show>
          </section>
          <section class="start-part" aria-label="Start a run">
            <h2>Start a run</h2>
            <StartForm api={props.api} server={failure() === null} onShow={show} />
          </section>
        </div>
      );
    }}
  </Popover>
);

/** Why there is no list. */
const ListFailure = (props: { error: ApiError }): JSX.Element => (
  <Show
    when={props.error._tag === 'NoServer'}
    fallback={
      <p class="problem">
        {props.error._tag === 'TokenNeeded'
          ? 'The server requires a token. Reload the page to enter it.'
          : 'The server does not respond, so its runs cannot be listed.'}
      </p>
    }
  >
    <p class="hint">There is no server here that could keep runs.</p>
  </Show>
);
