import { formatCount, formatPercent } from '@grokscope/figures';
import type { JSX } from 'solid-js';
import { For, Show, createMemo, createSignal, onMount } from 'solid-js';
import type { Address } from '../../view/address.js';
import { searchOf } from '../../view/address.js';
import type { RunSummary } from '../../connection/api.js';
import { inTab } from '../../view/kept-text.js';
import { countWords, runsWith } from '../../run/run-filter.js';

const KEY = 'find';
/** Number of links that a page key skips. */
const PAGE = 8;

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
  return [run.taskTitle ?? '', run.state, step, accuracy].filter((part) => part !== '').join(' · ');
};

/** A folder that cannot be opened: its name and what to do, instead of a link. */
const UnopenableRun = (props: { run: RunSummary }): JSX.Element => (
  <p class="unopenable">
    <span class="run-name">{props.run.runId}</span>
    <span class="hint">{props.run.problem ?? 'This folder cannot be opened as a run.'}</span>
  </p>
);

/** The runs of a server, newest first; searchable by typing and navigable with the arrow keys. */
export const RunList = (props: {
  runs: readonly RunSummary[];
  current: string | null;
  onShow: (address: Address) => void;
}): JSX.Element => {
  const before = inTab.read(KEY);
  const [text, setText] = createSignal(typeof before === 'string' ? before : '');
  const found = createMemo(() => runsWith(props.runs, text()));
  let input: HTMLInputElement | undefined;
  let list: HTMLUListElement | undefined;
  const links = (): HTMLAnchorElement[] => [...(list?.querySelectorAll('a') ?? [])];
  onMount(() => {
    list?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    // On devices whose on-screen keyboard would cover the list, it appears only on demand.
    if (window.matchMedia('(pointer: fine)').matches) input?.focus();
  });
  const find = (typed: string): void => {
    setText(typed);
    inTab.write(KEY, typed);
  };
  const show = ({ runId }: RunSummary): void => {
    find('');
    props.onShow({ _tag: 'Run', runId });
  };
  const onFindKey = (event: KeyboardEvent): void => {
    const first = found().find(({ openable }) => openable);
    if (event.key === 'ArrowDown') links()[0]?.focus();
    else if (event.key === 'Enter' && text().trim() !== '' && first) show(first);
    else return;
    event.preventDefault();
  };
  const onListKey = (event: KeyboardEvent): void => {
    const all = links();
    const at = all.findIndex((link) => link === document.activeElement);
    const by = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: PAGE,
      PageUp: -PAGE,
      Home: -Infinity,
      End: Infinity,
    }[event.key];
    if (by === undefined || at < 0) return;
    event.preventDefault();
    if (at === 0 && by === -1) input?.focus();
    else all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
  };

  return (
    <>
      <label class="find">
        <span class="visually-hidden">Find a run by name, state, note or #tag</span>
        <input
          type="search"
          placeholder="Name, state, note or #tag"
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          ref={(element) => (input = element)}
          value={text()}
          onInput={(event) => find(event.currentTarget.value)}
          onKeyDown={onFindKey}
        />
      </label>
      <p class="hint count" role="status" aria-label="Runs listed">
        {countWords(found().length, props.runs.length)}
      </p>
      <Show when={found().length > 0}>
        <ul
          class="runs"
          aria-label="Runs on this server"
          ref={(element) => (list = element)}
          onKeyDown={onListKey}
        >
          <For each={found()}>
            {(run) => (
              <li>
                <Show when={run.openable} fallback={<UnopenableRun run={run} />}>
                  <a
                    href={searchOf({ _tag: 'Run', runId: run.runId })}
                    aria-current={run.runId === props.current ? 'page' : undefined}
                    onClick={(event) => {
                      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                      event.preventDefault();
                      show(run);
                    }}
                  >
                    <span class="run-name">{run.name}</span>
                    <time>{when(run.createdAt)}</time>
                    <span class="hint">
                      {[summaryWords(run), ...run.tags.map((tag) => `#${tag}`)].join(' ')}
                    </span>
                  </a>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </>
  );
};
