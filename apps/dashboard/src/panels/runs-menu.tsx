import { formatCount, formatPercent } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createResource } from 'solid-js';
import type { Address } from '../address.js';
import { searchOf } from '../address.js';
import type { Api, ApiError, RunSummary } from '../api.js';
import { Popover } from './popover.jsx';
import { StartForm } from './start-form.jsx';

const when = (iso: string): string => {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return '';
  const isToday = date.toDateString() === new Date().toDateString();
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return isToday ? time : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
};

const summaryWords = (run: RunSummary): string => {
  const step = run.step === null ? '' : `step ${formatCount(run.step)}`;
  const accuracy = run.testAccuracy === null ? '' : `${formatPercent(run.testAccuracy)} of unseen`;
  return [run.state, step, accuracy].filter((part) => part !== '').join(' · ');
};

/** The other runs of this server, newest first, and a way to start one more. */
export const RunsMenu = (props: {
  /** The run shown, if it is one of the server's. */
  current: string | null;
  api: Api;
  onShow: (address: Address) => void;
}): JSX.Element => (
  <Popover label="Runs" buttonClass="runs-button" sheetName="Runs">
    {(close) => {
      const [runs] = createResource(() => props.api.runs());
      const list = (): readonly RunSummary[] => {
        const answer = runs();
        return answer?._tag === 'Right' ? answer.right : [];
      };
      const failure = (): ApiError | null => {
        const answer = runs();
        return answer?._tag === 'Left' ? answer.left : null;
      };
      const show = (address: Address): void => {
        close();
        props.onShow(address);
      };
      return (
        <>
          <Show when={!runs.loading} fallback={<p class="hint">Asking for the runs …</p>}>
            <Show
              when={runs()?._tag === 'Right'}
              fallback={
                <Show
                  when={failure()?._tag === 'NoServer'}
                  fallback={<p class="problem">The server does not answer.</p>}
                >
                  <p class="hint">There is no server here that could keep runs.</p>
                </Show>
              }
            >
              <ul class="runs" aria-label="Runs on this server">
                <For each={list()}>
                  {(run) => (
                    <li>
                      <a
                        href={searchOf({ _tag: 'Run', runId: run.runId })}
                        aria-current={run.runId === props.current ? 'page' : undefined}
                        onClick={(event) => {
                          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                          event.preventDefault();
                          show({ _tag: 'Run', runId: run.runId });
                        }}
                      >
                        <span class="run-name">{run.name}</span>
                        <time>{when(run.createdAt)}</time>
                        <span class="hint">
                          {[summaryWords(run), ...run.tags.map((tag) => `#${tag}`)].join(' ')}
                        </span>
                      </a>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
          </Show>
          <h3>Start a run</h3>
          <StartForm api={props.api} server={failure() === null} onShow={show} />
        </>
      );
    }}
  </Popover>
);
