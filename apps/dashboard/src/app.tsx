import { Match, Show, Switch, createResource, createSignal, onCleanup } from 'solid-js';
import type { JSX } from 'solid-js';
import type { Address, Order } from './view/address.js';
import { addressOf } from './view/address.js';
import type { ApiError, RunSummary } from './connection/api.js';
import { createApi, runToShow } from './connection/api.js';
import { ask } from './panels/parts/ask.jsx';
import { Notice } from './panels/parts/notice.jsx';
import { RunPage } from './panels/page/run-page.jsx';
import { StartForm } from './panels/menu/start-form.jsx';
import { TokenForm } from './panels/answer/token-form.jsx';
import { inPageRun, serverRun } from './run/run-source.js';
import { createTheme } from './view/theme.js';
import { questionBeforeLeaving } from './view/unsaved.js';
import { createVisited } from './view/visited.js';

const TOKEN_KEY = 'grokscope-token';
const RETRY_MS = 3000;
/** `npm start` prints the address and then starts its run: a user who opens the page at once is a moment too early. */
const LOOK_MS = 1000;

type StartView =
  | { readonly _tag: 'Run'; readonly runId: string }
  | { readonly _tag: 'InPage'; readonly order: Order }
  | { readonly _tag: 'NoRuns' }
  | { readonly _tag: 'NoSuchRun'; readonly runId: string }
  | { readonly _tag: 'Failed'; readonly error: ApiError };

/** The page: finds the run to show, and displays a message if there is none. */
export const App = (): JSX.Element => {
  const palette = createTheme();
  const [token, setToken] = createSignal(sessionStorage.getItem(TOKEN_KEY) ?? undefined);
  const [wanted, setWanted] = createSignal<Address>(addressOf(location.search));
  const api = (): ReturnType<typeof createApi> => createApi(token());

  const find = async (): Promise<StartView> => {
    const address = wanted();
    if (address._tag === 'InPage') return address;
    const runId = address._tag === 'Run' ? address.runId : null;
    const found = runId === null ? await api().runs() : await api().run(runId)();
    if (found._tag === 'Left') {
      const missing = found.left._tag === 'Refused' && [400, 404].includes(found.left.status);
      if (runId !== null && missing) return { _tag: 'NoSuchRun', runId };
      return { _tag: 'Failed', error: found.left };
    }
    const shown: RunSummary | null = Array.isArray(found.right) ? runToShow(found.right) : found.right;
    return shown ? { _tag: 'Run', runId: shown.runId } : { _tag: 'NoRuns' };
  };
  const [found, { refetch }] = createResource(() => ({ address: wanted(), token: token() }), find);

  const failure = (): ApiError | null => {
    const now = found.latest;
    return now?._tag === 'Failed' ? now.error : null;
  };
  const retry = setInterval(() => {
    if (failure()?._tag === 'Unreachable' && !isTyping() && !found.loading) void refetch();
  }, RETRY_MS);
  // A run that someone starts is shown, unless the user is about to start one here.
  const isFillingIn = (): boolean => document.activeElement !== document.body;
  const isTyping = (): boolean => document.activeElement?.matches('input, select, textarea') === true;
  const look = setInterval(() => {
    if (found.latest?._tag === 'NoRuns' && !isFillingIn() && !found.loading) void refetch();
  }, LOOK_MS);
  const visited = createVisited(setWanted, () => {
    const question = questionBeforeLeaving();
    return question === null || ask(question);
  });
  const onUnload = (event: BeforeUnloadEvent): void => {
    // The browser asks with its own text.
    if (questionBeforeLeaving() !== null) event.preventDefault();
  };
  window.addEventListener('beforeunload', onUnload);
  onCleanup(() => {
    clearInterval(retry);
    clearInterval(look);
    visited.close();
    window.removeEventListener('beforeunload', onUnload);
  });

  const show = (address: Address): void => void visited.show(address);
  const shownRun = (): string | null => {
    const now = found.latest;
    return now?._tag === 'Run' ? now.runId : null;
  };
  const inPage = (): Order | null => {
    const now = found.latest;
    return now?._tag === 'InPage' ? now.order : null;
  };
  const missingRun = (): string | null => {
    const now = found.latest;
    return now?._tag === 'NoSuchRun' ? now.runId : null;
  };

  return (
    <Switch fallback={<Notice title="Opening Grokscope …" quiet />}>
      <Match when={failure()?._tag === 'TokenNeeded'}>
        <TokenForm
          wasWrong={token() !== undefined}
          onToken={(given) => {
            sessionStorage.setItem(TOKEN_KEY, given);
            setToken(given);
          }}
        />
      </Match>
      <Match when={failure()?._tag === 'Unreachable'}>
        <Notice title="The server does not respond">
          <p>
            This page shows the runs of a Grokscope server, and none is responding at this address. Start one
            with <code>npm start</code>. The page tries again every few seconds.
          </p>
          <button type="button" class="primary" onClick={() => void refetch()}>
            Try now
          </button>
          <h2>Or train without a server</h2>
          <StartForm api={api()} server={false} onShow={show} />
        </Notice>
      </Match>
      <Match when={failure()?._tag === 'NoServer'}>
        <Notice title="Watch a network understand">
          <p>
            There is no Grokscope server at this address, only this page, and the page can train by itself. A
            small transformer first learns addition by heart and understands it much later.
          </p>
          <StartForm api={api()} server={false} onShow={show} />
        </Notice>
      </Match>
      <Match when={failure()}>
        <Notice title="The server reports an error">
          <p>The page requested the list of runs and got this response. The server’s log may say more.</p>
          <Show when={failure()}>{(error) => <p class="problem">{describe(error())}</p>}</Show>
          <button type="button" class="primary" onClick={() => void refetch()}>
            Try again
          </button>
        </Notice>
      </Match>
      <Match when={missingRun()}>
        {(runId) => (
          <Notice title="There is no such run">
            <p>
              This server has no run with the id <code>{runId()}</code>. It may have been deleted, or it may
              be in another runs folder.
            </p>
            <button type="button" class="primary" onClick={() => show({ _tag: 'Newest' })}>
              Show the newest run
            </button>
          </Notice>
        )}
      </Match>
      <Match when={found.latest?._tag === 'NoRuns'}>
        <Notice title="No run yet">
          <p>
            Nothing has been trained here yet. The preset <strong>quick-grok</strong> shows grokking in about
            a minute: a small transformer first learns addition by heart and understands it much later.
          </p>
          <StartForm api={api()} server onShow={show} />
        </Notice>
      </Match>
      <Match when={shownRun()}>
        {(runId) => (
          <Show when={`${runId()} ${token() ?? ''}`} keyed>
            <RunPage
              source={serverRun(runId(), token(), api())}
              api={api()}
              palette={palette}
              onShow={show}
              onUnauthorized={() => void refetch()}
            />
          </Show>
        )}
      </Match>
      <Match when={inPage()}>
        {(order) => (
          <Show when={order()} keyed>
            {(asked) => <RunPage source={inPageRun(asked)} api={api()} palette={palette} onShow={show} />}
          </Show>
        )}
      </Match>
    </Switch>
  );
};

const describe = (error: ApiError): string =>
  error._tag === 'Refused'
    ? error.problems.map(({ message }) => message).join(' ') ||
      `HTTP status ${error.status}; the server gave no reason.`
    : error._tag;
